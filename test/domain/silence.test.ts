import { expect, test } from 'vitest';
import { silenceMs } from '../../src/domain/observation.ts';
import { noProgress } from '../../src/domain/progress.ts';
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
