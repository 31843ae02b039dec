import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Entry, parse } from '../../src/daemon/journal.ts';
import type { TaskDetail } from '../../src/protocol/methods.ts';
import { type Holdfast, markedBy } from './rig.ts';
import { until } from './until.ts';

/** The task is there and done, once: whatever died on the way, nothing was lost and nothing was doubled. */
export async function expectOnce(hf: Holdfast, task: TaskDetail, steps: number): Promise<void> {
  const { directory, attempt } = task;
  const story = () => JSON.stringify(historyOf(task), undefined, 1);
  expect(task.state, story()).toBe('succeeded');
  expect(existsSync(task.resultFile), 'result.md is there').toBe(true);
  const own = hf.conversations().get(task.conversation ?? '') ?? [];
  const done = own.filter(({ type }) => type === 'step-done').map(({ index }) => index);
  expect(done, 'each step was done once').toEqual(Array.from({ length: steps }, (_, index) => index));
  expect(await until(() => markedBy(task).length === 0), 'nothing of it lives').toBe(true);

  const lives = attemptsOf(directory);
  expect(lives.map(({ n }) => n)).toEqual(Array.from({ length: attempt }, (_, index) => index + 1));
  for (const { n, births, refusals } of lives) {
    expect(births, `attempt ${n} began once at most: ${story()}`).toBeLessThanOrEqual(1);
    expect(refusals, `attempt ${n} met no second writer: ${story()}`).toBe(0);
  }
  const born = lives.reduce((sum, { births }) => sum + births, 0);
  expect(own.filter(({ type }) => type === 'prompt').length, 'a prompt for each life').toBe(born);
  expect(forbidden(historyOf(task)), story()).toEqual([]);
}

interface Life {
  readonly n: number;
  readonly births: number;
  readonly refusals: number;
}

/** What each attempt left behind. */
function attemptsOf(directory: string): readonly Life[] {
  const names = readdirSync(join(directory, 'attempts')).filter((name) => /^\d+$/.test(name));
  return names
    .map(Number)
    .sort((a, b) => a - b)
    .map((n) => {
      const text = (name: string) => textOf(join(directory, 'attempts', String(n), name));
      const count = (what: RegExp, where: string) => text(where).match(what)?.length ?? 0;
      return {
        n,
        births: count(/"type":"init"/g, 'events.jsonl'),
        refusals: count(/has an active writer|exists already/g, 'stderr.log'),
      };
    });
}

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** What the journal of a task tells, in a few words each. */
const historyOf = ({ directory }: TaskDetail) =>
  parse(readFileSync(join(directory, 'journal.ndjson'))).entries.map(({ happening, task, epoch }) => ({
    ...happening,
    to: task.phase.state,
    attempt: task.attempt,
    epoch,
  }));

/** Steps that no history may take: back to an earlier attempt, into an attempt twice, out of an end without an operator. */
function forbidden(history: ReturnType<typeof historyOf>): readonly string[] {
  const claims = history.filter(({ type }) => type === 'claimed').map(({ attempt }) => attempt);
  const twice = claims.filter((attempt, index) => claims.indexOf(attempt) !== index);
  const back = history.filter(({ attempt }, index) => attempt < (history[index - 1]?.attempt ?? 0));
  const FINAL: readonly Entry['task']['phase']['state'][] = ['succeeded', 'failed', 'gave-up', 'cancelled'];
  const risen = history.filter(({ type }, index) => {
    const before = history[index - 1]?.to;
    return before !== undefined && FINAL.includes(before) && type !== 'retryRequested';
  });
  return [
    ...twice.map((attempt) => `attempt ${attempt} was claimed twice`),
    ...back.map(({ attempt }) => `attempt ${attempt} came after a later one`),
    ...risen.map(({ type }) => `"${type}" left an end`),
  ];
}
