import type { Driver } from '../domain/driver.ts';
import { examined, type Health, isLookDue, proofMark } from '../domain/health.ts';
import { type Observation, SKEW_MS, silenceMs } from '../domain/observation.ts';
import { subjectOf } from './effects.ts';
import type { Held } from './held.ts';

/** Looks at a task, and at its processes too where it has been silent for long enough. */
export async function lookAt(held: Held, driver: Driver, clockJump: () => number | undefined): Promise<Observation> {
  const observed = await driver.observe(subjectOf(held));
  const clockSetAt = clockJump(); // after the look: a jump may come in between
  const seen =
    clockSetAt === undefined ? observed : { ...observed, ...redated(held, observed, clockSetAt), clockSetAt };
  if (held.health && isOutdated(held.health, seen)) delete held.health;
  if (seen.runner === 'alive' && isDue(held, seen, seen.at)) {
    held.health = examined(held.health, await driver.examine(subjectOf(held)), seen.at, held.agent.idleShare);
  }
  held.seen = held.health ? { ...seen, ...atItsPrompt(held.health), health: held.health } : seen;
  return held.seen;
}

/**
 * A sign from before the clock was set counts as if it came when it was set, for the state that it is held against is dated
 * anew too. That is a sign which the look before has seen already, and one that would be the youngest for long.
 */
function redated(held: Held, { at, lastSignAt }: Observation, clockSetAt: number): Pick<Observation, 'lastSignAt'> {
  if (lastSignAt === undefined) return {};
  const { seen, redated: had } = held;
  const seenBefore = had !== undefined && had.to === seen?.lastSignAt ? had.sign : seen?.lastSignAt;
  const setAgain = seen !== undefined && seen.clockSetAt !== clockSetAt;
  const ahead = had?.sign !== lastSignAt && lastSignAt > at + SKEW_MS;
  if (ahead || (setAgain && seenBefore === lastSignAt)) held.redated = { sign: lastSignAt, to: clockSetAt };
  return { lastSignAt: held.redated?.sign === lastSignAt ? held.redated.to : lastSignAt };
}

/** It has said something since, or the clock was set. */
const isOutdated = ({ lookedAt }: Health, seen: Observation): boolean =>
  lookedAt < seen.at - silenceMs(seen) || lookedAt > seen.at;

/** Only a screen tells it; where there is none to be read, nobody knows. */
const atItsPrompt = ({ screen }: Health): Pick<Observation, 'takesLine'> =>
  screen ? { takesLine: screen.means === 'idle' } : {};

/**
 * Would a full look find nothing new? Only of a task that works, was seen to, and has not been silent for too long. What was
 * seen for somebody's question is news still: else who asks again and again would keep a silent task from being judged. After a
 * look that failed there is one more: else what it failed of would be told of the task for ever.
 */
export function isCalm(held: Held, driver: Driver, at: number): boolean {
  const { seen, task } = held;
  const settled = ['running', 'waiting-input', 'stalled'].includes(task.phase.state);
  if (!settled || seen?.attempt !== task.attempt || seen.progress.turn === 'ended') return false;
  if (held.undecided === seen || held.trouble !== undefined) return false;
  const setBack = at < seen.at;
  return !setBack && !isDue(held, seen, at) && driver.isCalm(subjectOf(held));
}

function isDue({ spec, health, task }: Held, seen: Observation, at: number): boolean {
  const { stalledAfterMs, hangAfterMs, pokeWaitMs } = spec.policy;
  const silentSince = seen.at - silenceMs(seen);
  const poked = task.poked?.attempt === seen.attempt ? task.poked.at + pokeWaitMs - silentSince : 0;
  const proved = health ? proofMark(health, silentSince, spec.policy) : hangAfterMs;
  const marks = [stalledAfterMs, hangAfterMs, poked, proved];
  return isLookDue(silentSince, at, health?.lookedAt, marks);
}
