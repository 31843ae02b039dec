import { stillAsking } from '../domain/asked.ts';
import type { Driver } from '../domain/driver.ts';
import { examined, type Health, isLookDue, proofMark } from '../domain/health.ts';
import { type Observation, SKEW_MS, silenceMs } from '../domain/observation.ts';
import { driverOf } from '../domain/task.ts';
import { subjectOf } from './effects.ts';
import type { Held } from './held.ts';

/** Looks at a task, and at its processes too where it has been silent for long enough. */
export async function lookAt(held: Held, driver: Driver, clockJump: () => number | undefined): Promise<Observation> {
  const found = await driver.observe(subjectOf(held));
  const observed = { ...found, progress: stillAsking(found.progress, held.task) };
  const clockSetAt = clockJump(); // after the look: a jump may come in between
  const seen =
    clockSetAt === undefined ? observed : { ...observed, ...redated(held, observed, clockSetAt), clockSetAt };
  if (held.health && isOutdated(held.health, seen)) delete held.health;
  if (seen.runner === 'alive' && (isDue(held, seen, seen.at) || isRedrawn(held, driver, seen.at))) {
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

/** Is the health from before the last sign of life, or from before the clock was set? */
const isOutdated = ({ lookedAt }: Health, seen: Observation): boolean =>
  lookedAt < seen.at - silenceMs(seen) || lookedAt > seen.at;

/** Tells whether the agent would take a line: by its screen alone; unknown where there is none to be read. */
const atItsPrompt = ({ screen }: Health): Pick<Observation, 'takesLine'> =>
  screen ? { takesLine: screen.means === 'idle' } : {};

/**
 * Tells whether a full look can be spared: it would find nothing new of a task that works, was looked at, and has not been
 * silent for too long. It cannot after a look for somebody's question, on which nothing was decided, or a task that is asked
 * about again and again would never be judged; nor after a look that failed, or its trouble would be told for ever.
 */
export function isCalm(held: Held, driver: Driver, at: number): boolean {
  const { seen, task } = held;
  const settled = ['running', 'waiting-input', 'stalled'].includes(task.phase.state);
  if (!settled || seen?.attempt !== task.attempt || seen.progress.turn === 'ended') return false;
  if (held.undecided === seen || held.trouble !== undefined) return false;
  const setBack = at < seen.at;
  const due = isDue(held, seen, at) || isRedrawn(held, driver, at);
  return !setBack && !due && seemsCalm(held, driver);
}

/** Where that cannot be told it is not: a look tells why, and of this task alone. */
function seemsCalm(held: Held, driver: Driver): boolean {
  try {
    return driver.isCalm(subjectOf(held));
  } catch {
    return false;
  }
}

/** Time that a program may take to show the question of which its hook has told, ms. */
const SHOWN_WITHIN_MS = 5000;

/**
 * Has the screen of a task that waits for an answer changed since it was looked at? A key in the session answers too, and of
 * that some agents tell nothing until the tool that was granted has ended. While a question stands its screen does too.
 */
function isRedrawn(held: Held, driver: Driver, at: number): boolean {
  const { phase, since } = held.task;
  if (phase.state !== 'waiting-input' || at - since < SHOWN_WITHIN_MS) return false;
  const drawnAt = driver.drawnAt?.(subjectOf(held));
  const lookedAt = Math.max(held.health?.lookedAt ?? 0, since);
  return drawnAt !== undefined && drawnAt + 1000 > lookedAt; // it may have been the end of that second
}

/**
 * A program that has begun no turn may stand before a dialog of its first start, which no hook tells of: it is looked at early. With
 * an empty cache, and without a network, opencode 1.18 takes half a minute to begin.
 */
const BEGINS_WITHIN_MS = [20_000, 40_000];

function isDue({ spec, health, task }: Held, seen: Observation, at: number): boolean {
  const { stalledAfterMs, hangAfterMs, pokeWaitMs } = spec.policy;
  const silentSince = seen.at - silenceMs(seen);
  const poked = task.poked?.attempt === seen.attempt ? task.poked.at + pokeWaitMs - silentSince : 0;
  const proved = health ? proofMark(health, silentSince, spec.policy) : hangAfterMs;
  const early = driverOf(spec) === 'tui' && seen.progress.turn === 'none' ? BEGINS_WITHIN_MS : [];
  const marks = [stalledAfterMs, hangAfterMs, poked, proved, ...early];
  return isLookDue(silentSince, at, health?.lookedAt, marks);
}
