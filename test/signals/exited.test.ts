import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { findAgent } from '../../src/agents/index.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { exited } from '../../src/signals/exited.ts';
import { known, seen, task, told } from './seen.ts';

const BORN = 1_800_000_000_000;
const end = (status: number): Pick<Observation, 'exit' | 'bornAt'> => ({
  bornAt: BORN,
  exit: { status, at: BORN + 60_000 },
});
const read = (observation: Observation) => exited.read(observation, task(), known());
/** codex does not tell of every call that its sandbox has refused. */
const ofCodex = { type: 'exited', deniesUntold: true } as const;
const idle = (workedMs: number) => ({ tools: 0, tokens: { input: 0, output: 0 }, workedMs });
const auth = { kind: 'auth', message: 'unexpected status 401 Unauthorized' } as const;
const remedied = { ...auth, message: `${auth.message} (log in again: codex login)` };

describe('exited', () => {
  test.each([
    ['no record', seen(), undefined],
    [
      'a record with the final event',
      told({ turn: 'ended', denied: 2 }, end(0)),
      { ...ofCodex, attempt: 2, status: 0, livedMs: 60_000, turn: 'ended', denied: 2, used: idle(60_000) },
    ],
    [
      'a record alone',
      told({ turn: 'open' }, end(0)),
      { ...ofCodex, attempt: 2, status: 0, livedMs: 60_000, turn: 'open', denied: 0, used: idle(60_000) },
    ],
    [
      'a record older than the claim: the clock was set back',
      seen({ bornAt: BORN + 1, exit: { status: 1, at: BORN } }),
      { ...ofCodex, attempt: 2, status: 1, livedMs: 0, turn: 'none', denied: 0, used: idle(0) },
    ],
  ])('%s', (_, observation, expected) => {
    expect(read(observation)).toEqual(expected);
  });

  test.each([
    ['its events', told({ turn: 'failed', failure: auth }, end(1)), remedied],
    [
      'its events rather than its standard error',
      told({ failure: auth }, { ...end(1), stderr: 'rate limit' }),
      remedied,
    ],
    [
      'its standard error, last line first',
      seen({ ...end(1), stderr: 'stream error\nunexpected status 401 Unauthorized\n\n' }),
      remedied,
    ],
    ['nothing it said', seen({ ...end(1), stderr: 'it is a nice day\n' }), undefined],
    [
      'its standard error after a proven success: that is noise',
      told({ turn: 'ended' }, { ...end(0), stderr: '401 Unauthorized' }),
      undefined,
    ],
  ])('knows why an agent failed from %s', (_, observation, failure) => {
    expect({ failure: undefined, ...read(observation) }).toMatchObject({ type: 'exited', failure });
  });

  test('reads the end of a limit from its words, where its events do not tell it', () => {
    const failure = { kind: 'usage-limit', message: 'try again at Nov 23rd, 2030 12:30 AM.' } as const;
    const resetAt = new Date(2030, 10, 23, 0, 30).getTime();
    expect(read(told({ turn: 'failed', failure }, end(1)))).toHaveProperty('failure.resetAt', resetAt);
  });

  test.each([
    ['codex', 'try again at 11:00 PM.'],
    ['claude', "You've hit your session limit · resets 11pm"],
  ])('reads the clock in the words of %s on the day on which they were said, whenever it is looked', (id, message) => {
    const said = new Date(2030, 10, 23, 19, 0).getTime();
    const morning = new Date(2030, 10, 24, 12, 0).getTime();
    const reset = new Date(2030, 10, 23, 23, 0).getTime();
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const failure = { kind: 'usage-limit', message: id === 'claude' ? `${message} (${zone})` : message } as const;
    const agent = findAgent(id) ?? expect.fail(`${id} is gone`);
    const resetSeen = (at: number, exitAt: number) =>
      exited.read(told({ turn: 'failed', failure }, { at, exit: { status: 1, at: exitAt } }), task(), {
        ...known(),
        agent,
      });
    expect(resetSeen(morning, said)).toHaveProperty('failure.resetAt', reset);
    expect(resetSeen(said, morning)).toHaveProperty('failure.resetAt', reset); // a file from the future: the clock was set back
  });

  test('counts the minutes that pi names from when it said so, whenever it is looked', () => {
    const said = new Date(2030, 10, 23, 19, 0).getTime();
    const message = 'You have hit your ChatGPT usage limit (plus plan). Try again in ~90 min.';
    const agent = findAgent('pi') ?? expect.fail('pi is gone');
    const failure = { kind: 'usage-limit', message } as const;
    const late = told({ turn: 'failed', failure }, { at: said + 3_600_000, exit: { status: 0, at: said } });
    expect(exited.read(late, task(), { ...known(), agent })).toHaveProperty('failure.resetAt', said + 90.5 * 60_000);
  });

  test('cuts a reason of any length', () => {
    const stderr = `429 Too Many Requests ${'x'.repeat(10_000)}`;
    expect(read(seen({ ...end(1), stderr }))).toHaveProperty('failure.message.length', 500);
  });
});

test('an agent whose own words say nothing to a person is spoken for', () => {
  const agent = findAgent('opencode') ?? expect.fail('opencode is gone');
  const stderr = 'Options:\n      --auto         auto-approve permissions that are not explicitly denied\n';
  expect(exited.read(seen({ ...end(1), stderr }), task(), { ...known(), agent })).toMatchObject({
    failure: { kind: 'bad-flag', message: expect.stringMatching(/knows no such flag/) },
  });
});

test('an agent that tells of every denial is believed', () => {
  const claude = findAgent('claude') ?? expect.fail('claude is gone');
  expect(exited.read(seen(end(0)), task(), { ...known(), agent: claude })).not.toHaveProperty('deniesUntold');
});

test('what is kept of a failure does not keep the rest of what was said in memory', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const used = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  const kept = Array.from({ length: 1000 }, (_, i) => {
    const stderr = Buffer.from(`429 Too Many Requests for the ${i}th time\n${'x'.repeat(8000)}`).toString();
    return exited.read(seen({ ...end(1), stderr }), task(), known());
  });
  expect(used() - before).toBeLessThan(4_000_000);
  expect(kept).toHaveLength(1000);
});
