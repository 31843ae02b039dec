import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { demo } from '../../src/agents/demo.ts';
import { type Entry, parse } from '../../src/daemon/journal.ts';
import { noticeOf } from '../../src/domain/notice.ts';
import { advance, noProgress } from '../../src/domain/progress.ts';
import { isFinal, type Spec } from '../../src/domain/task.ts';
import { eventsOf } from '../../src/drivers/event-log.ts';
import type { TaskDetail } from '../../src/protocol/methods.ts';
import { checkLine, type Evidence } from '../model/promises.ts';

/** What daemons left of a task. */
interface Left {
  readonly spec: Spec;
  readonly entries: readonly Entry[];
  readonly directory: string;
}

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Reads it. A journal that lacks a line, or has a damaged one, throws here. */
export const leftOf = ({ directory }: Pick<TaskDetail, 'directory'>): Left => ({
  directory,
  spec: JSON.parse(textOf(join(directory, 'spec.json'))) as Spec, // the daemon of this tree wrote it
  entries: parse(readFileSync(join(directory, 'journal.ndjson'))).entries,
});

/** The promises I1 to I11 that what was left breaks: each line is held against the one before it, as in the model. */
export function brokenPromises(left: Left): readonly string[] {
  const broken: string[] = [];
  const expect = (holds: boolean, promise: string): void => void (holds || broken.push(promise));
  const world = evidenceIn(left, expect);
  const { entries, spec } = left;
  const [first, ...rest] = entries;
  expect(first?.happening.type === 'accepted', 'I8: the journal begins with what was accepted');
  rest.forEach((entry, index) => {
    const before = entries[index];
    if (before) checkLine(world, spec.policy, before, entry);
  });
  for (const attempt of attemptsIn(left)) {
    const endedAt = writtenAt(fileOf(left, attempt, 'exit.json'));
    const nextAt = writtenAt(fileOf(left, attempt + 1, 'runner.json'));
    expect(!(endedAt && nextAt && nextAt < endedAt), `I1: attempt ${attempt + 1} began while ${attempt} lived`);
  }
  const written = new Set(entries.map(({ task }) => task.attempt));
  for (const attempt of attemptsIn(left)) expect(written.has(attempt), `I4: attempt ${attempt} is in no journal`);
  const last = entries.at(-1);
  expect(last !== undefined && isFinal(last.task.phase), `I5: it is ${last?.task.phase.state} and nothing more comes`);
  return broken;
}

/** The ids of all notices that the journal asks for: I9 wants each told, under this very key. */
export const dueNotices = ({ spec, entries }: Left): readonly string[] =>
  entries.slice(1).flatMap(({ happening, at, task: after }, index) => {
    const before = entries[index]?.task;
    if (!before || happening.type === 'accepted') return [];
    return noticeOf({ spec, before, after, happening, at })?.id ?? [];
  });

const attemptsIn = ({ directory }: Left): readonly number[] =>
  readdirSync(join(directory, 'attempts')).map(Number).filter(Number.isInteger);

const writtenAt = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

const fileOf = ({ directory }: Left, attempt: number, name: string): string =>
  join(directory, 'attempts', String(attempt), name);

function evidenceIn(left: Left, expect: Evidence['expect']): Evidence {
  const claimed = new Set(attemptsIn(left));
  const asked = new Map<number, string | undefined>();
  for (const { happening } of left.entries)
    if (happening.type === 'planned' && happening.kind === 'resume')
      asked.set(happening.attempt, happening.conversation);
  return {
    expect,
    claims: claimed,
    lives: {
      get: (attempt) => {
        if (!claimed.has(attempt)) return undefined;
        const status = Number(/\{"status":(\d+)\}/.exec(textOf(fileOf(left, attempt, 'exit.json')))?.[1]);
        const events = textOf(fileOf(left, attempt, 'events.jsonl')).split('\n');
        return {
          asked: asked.get(attempt),
          exit: Number.isNaN(status) ? undefined : { status },
          progress: events.flatMap((line) => eventsOf(line, demo.print.read)).reduce(advance, noProgress),
        };
      },
    },
  };
}
