import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentEvent } from '../../domain/event.ts';
import type { Connection } from '../../protocol/client.ts';
import type { Result, TaskDetail } from '../../protocol/methods.ts';
import { KILL_AFTER_MS, KILLED_IN, PROMPT, TASK } from './project.ts';
import type { Timeline } from './timeline.ts';

/** What the play needs. */
export interface Stage {
  readonly daemon: Connection;
  readonly work: string;
  readonly timeline: Timeline;
  /** Ends the play early; the connection is closed then, too. */
  readonly signal: AbortSignal;
}

/** Asked this often, the daemon is seen working; its own wait for news is coarser. */
const POLL_MS = 20;
const RECOVERY_MS = 10_000;
/** The exit record and the agent's own events; what follows them is for those who doubt the two. */
const WITNESSES = 2;

/** A task, a death, the same conversation, the end; says whether it all came true. */
export async function play(stage: Stage): Promise<boolean> {
  const { daemon, work, timeline } = stage;
  const { task } = await daemon.call('start', { agent: 'demo', name: TASK, cwd: work, prompt: PROMPT });
  if (task === undefined) throw new Error('the daemon accepted the task without saying which');
  timeline.tell(
    'holdfast',
    `task ${task.name} started: attempt 1, conversation ${task.conversation ?? 'not named yet'}`,
  );
  timeline.tell('note', `watch it meanwhile: ${task.attachCommand}`);
  const recovered = await perform(task, stage);
  return (await conclude(task, stage)) && recovered;
}

/** Follows the agent to its end, and kills it on the way. */
async function perform(task: TaskDetail, stage: Stage): Promise<boolean> {
  const { timeline } = stage;
  let runs = 0;
  let resumedMs: number | undefined;
  let same = false;
  for await (const { attempt, event } of events(task.id, stage)) {
    if (event.type === 'conversation' && attempt === 2 && resumedMs !== undefined) {
      same = event.id === task.conversation;
      timeline.tell(same ? 'life' : 'death', resumption(event.id, same, resumedMs));
    }
    timeline.agent(event);
    if (event.type === 'tool-started' && event.what === KILLED_IN && ++runs === 2) {
      resumedMs = await killAgent(task, stage);
    }
  }
  return same;
}

const resumption = (id: string, same: boolean, ms: number): string =>
  `${same ? 'the same' : 'ANOTHER'} conversation ${id} resumed after ${ms} ms (attempt 2)`;

/** What the agent reports, as it comes, until the task is over. */
async function* events(
  task: string,
  { daemon, signal }: Stage,
): AsyncGenerator<{ readonly attempt: number; readonly event: AgentEvent }> {
  let after: string | undefined;
  for (;;) {
    const { entries, cursor, over } = await daemon.call('logs', { task, ...(after === undefined ? {} : { after }) });
    // The daemon that we have just started from the same package sends its own reading of an event.
    for (const { attempt, event } of entries) yield { attempt, event: event as AgentEvent };
    if (over) return;
    after = cursor;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Kills the agent's process and answers after how many milliseconds the next one was there. */
async function killAgent(task: TaskDetail, stage: Stage): Promise<number> {
  const { timeline, signal } = stage;
  await sleep(KILL_AFTER_MS, undefined, { signal });
  const pid = await agentPid(task, 1);
  const killedAt = Date.now();
  process.kill(pid, 'SIGKILL');
  timeline.tell('death', `kill -9 ${pid}: the agent is dead, in the middle of "${KILLED_IN}"`);
  // The journal's times come from the clock that `killedAt` comes from, so they may be compared to the millisecond.
  const knownAt = await inHistory(task, 'exited', killedAt, stage);
  timeline.tell('death', `its death was known after ${knownAt - killedAt} ms`);
  return (await inHistory(task, 'claimed', killedAt, stage)) - killedAt;
}

async function agentPid({ directory }: TaskDetail, attempt: number): Promise<number> {
  const record: unknown = JSON.parse(
    await readFile(join(directory, 'attempts', String(attempt), 'agent.json'), 'utf8'),
  );
  const pid = typeof record === 'object' && record !== null && 'pid' in record ? record.pid : undefined;
  if (typeof pid === 'number' && Number.isInteger(pid) && pid > 1) return pid;
  throw new Error(`${directory} does not say which process the agent is`);
}

/** The time at which the journal says that something happened, no earlier than `from`. */
async function inHistory(
  { id }: TaskDetail,
  happening: string,
  from: number,
  { daemon, signal }: Stage,
): Promise<number> {
  for (const deadline = Date.now() + RECOVERY_MS; Date.now() < deadline; ) {
    const { history } = await daemon.call('explain', { task: id });
    const at = timeOf(history, happening, from);
    if (at !== undefined) return at;
    await sleep(POLL_MS, undefined, { signal });
  }
  throw new Error(`the journal tells nothing of "${happening}" within ${RECOVERY_MS / 1000} s of the kill`);
}

const timeOf = (history: Result<'explain'>['history'], happening: string, from: number): number | undefined =>
  history
    .filter((entry) => entry.happening === happening)
    .map(({ at }) => Date.parse(at))
    .find((at) => at >= from);

async function conclude({ id }: TaskDetail, { daemon, timeline }: Stage): Promise<boolean> {
  const { task } = await daemon.call('show', { task: id });
  const [why = '', ...evidence] = task.verdict?.evidence ?? [];
  const good = task.state === 'succeeded';
  timeline.tell(good ? 'end' : 'death', `${task.state} after ${task.attempt} attempts: ${why}`);
  for (const line of evidence.slice(0, WITNESSES)) timeline.tell('note', line);
  timeline.tell('end', `result: ${task.lastMessage ?? 'none'}`);
  return good;
}
