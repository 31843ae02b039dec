import { isFinal } from '../../domain/task.ts';
import type { Result } from '../../protocol/methods.ts';
import type { Reading } from '../context.ts';
import { keeping } from './reload.ts';

/** Who the daemon is, and what is wrong with it. */
export async function hello({
  paths,
  supervisor,
  panes,
  tmuxVersion,
  tmuxWords,
  quarantined,
  degraded,
  outbox,
  live,
  version,
  startedAt,
}: Reading): Promise<Result<'hello'>> {
  const ended = supervisor.tasks.filter(({ task }) => isFinal(task.phase)).length;
  return {
    version,
    pid: process.pid,
    startedAt: new Date(startedAt).toISOString(),
    stateDir: paths.stateDir,
    logFile: paths.logFile,
    tmux: { version: tmuxVersion, command: [...tmuxWords] },
    tasks: { alive: supervisor.tasks.length - ended, ended },
    ...(degraded === undefined ? {} : { degraded }),
    problems: [
      ...(degraded === undefined ? [] : [degraded]),
      ...[panes.exhausted() ?? []].flat().map(waiting),
      ...outbox.problems(),
      ...[live.problem() ?? []].flat().map(keeping),
      ...quarantined.map(({ id, why }) => `task ${id} cannot be read: ${why}`),
      ...supervisor.tasks.flatMap(({ spec, trouble }) =>
        trouble === undefined ? [] : [`task ${spec.id}: ${trouble}`],
      ),
    ],
    later: [...live.later()],
  };
}

const waiting = (why: string): string => `${why}: agents go on, and no attempt begins until that is mended`;
