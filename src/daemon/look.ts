import type { Driver } from '../domain/driver.ts';
import { examined, type Health, isLookDue } from '../domain/health.ts';
import { type Observation, silenceMs } from '../domain/observation.ts';
import { subjectOf } from './effects.ts';
import type { Held } from './held.ts';

/** Looks at a task, and at its processes too where it has been silent for long enough. */
export async function lookAt(held: Held, driver: Driver): Promise<Observation> {
  const seen = await driver.observe(subjectOf(held));
  if (held.health && held.health.lookedAt < seen.at - silenceMs(seen)) delete held.health; // it has said something since
  if (seen.runner === 'alive' && isDue(held, seen, seen.at)) {
    held.health = examined(held.health, await driver.examine(subjectOf(held)), seen.at, held.agent.idleShare);
  }
  held.seen = held.health ? { ...seen, ...atItsPrompt(held.health), health: held.health } : seen;
  return held.seen;
}

/** Only a screen tells it; where there is none to be read, nobody knows. */
const atItsPrompt = ({ screen }: Health): Pick<Observation, 'takesLine'> =>
  screen ? { takesLine: screen.means === 'idle' } : {};

/** Would a full look find nothing new? Only of a task that works, was seen to, and has not been silent for too long. */
export function isCalm(held: Held, driver: Driver, at: number): boolean {
  const { seen, task } = held;
  const settled = ['running', 'waiting-input', 'stalled'].includes(task.phase.state);
  if (!settled || seen?.attempt !== task.attempt || seen.progress.turn === 'ended') return false;
  return !isDue(held, seen, at) && driver.isCalm(subjectOf(held));
}

function isDue({ spec, health, task }: Held, seen: Observation, at: number): boolean {
  const { stalledAfterMs, hangAfterMs, pokeWaitMs } = spec.policy;
  const silentSince = seen.at - silenceMs(seen);
  const poked = task.poked?.attempt === seen.attempt ? task.poked.at + pokeWaitMs - silentSince : 0;
  const marks = [stalledAfterMs, hangAfterMs, poked];
  return isLookDue(silentSince, at, health?.lookedAt, marks);
}
