import { expect, test } from 'vitest';
import { isSuspicious, type Observation, silenceMs } from '../../src/domain/observation.ts';
import { noProgress, type Progress } from '../../src/domain/progress.ts';
import { MINUTE, NOW } from './samples.ts';

const seen = { at: NOW, attempt: 1, claim: 'runner', runner: 'alive', pane: 'alive', stderr: '' } as const;
const rest = { progress: noProgress, rebooted: false };
const ago = (minutes: number): number => NOW - minutes * MINUTE;

test.each([
  ['since the last sign', { bornAt: ago(9), lastSignAt: ago(4) }, 4],
  ['since the birth, before the first sign', { bornAt: ago(9) }, 9],
  ['not at all, before the birth', {}, 0],
  [
    'not at all, where the last sign is dated later: nobody saw the clock set back',
    { bornAt: ago(9), lastSignAt: ago(-60) },
    0,
  ],
  ['since the clock was set forward', { bornAt: ago(489), lastSignAt: ago(484), clockSetAt: ago(3) }, 3],
  ['since the sign that came after that', { bornAt: ago(489), lastSignAt: ago(2), clockSetAt: ago(3) }, 2],
  ['since the clock was set back', { bornAt: ago(-50), lastSignAt: ago(-55), clockSetAt: ago(3) }, 3],
  ['since the sign that came after it was set back', { bornAt: ago(-50), lastSignAt: ago(2), clockSetAt: ago(3) }, 2],
])('an agent is silent %s', (_, times, minutes) => {
  expect(silenceMs({ ...seen, ...rest, ...times })).toBe(minutes * MINUTE);
});

const open = { call: '1', tool: 'Bash', what: 'make' };
const health = (tools: number) => ({
  health: { looks: 1, lookedAt: NOW, tree: { processes: 1, tools, cpuMs: 0 }, idleSince: NOW },
});

test.each<[string, boolean, Partial<Observation>, Partial<Progress>]>([
  ['silent for six minutes in its turn', true, {}, { turn: 'open' }],
  ['that has never said a word', true, {}, {}],
  ['silent for four', false, { bornAt: ago(4) }, { turn: 'open' }],
  ['that waits for a tool', false, {}, { turn: 'open', openTools: [open] }],
  ['that runs a tool which it does not tell of', false, health(1), { turn: 'open' }],
  ['that runs none', true, health(0), { turn: 'open' }],
  ['that waits for its provider', false, {}, { turn: 'open', waitsFor: { type: 'provider', message: '429' } }],
  ['that is done', false, {}, { turn: 'ended' }],
  ['that has exited', false, { exit: { status: 0, at: NOW } }, { turn: 'open' }],
  ['that nobody has seen begin', false, { claim: 'none' }, {}],
])('an agent %s is suspicious: %s', (_, suspicious, but, progress) => {
  const look = { ...seen, ...rest, bornAt: ago(6), ...but, progress: { ...noProgress, ...progress } };
  expect(isSuspicious(look, { suspiciousAfterMs: 5 * MINUTE })).toBe(suspicious);
});
