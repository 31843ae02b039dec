import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Trace } from '../domain/circle.ts';
import { CONTINUE, continuation, type Interruption, POKE } from '../domain/continuation.ts';
import { type Driver, LaunchError, type Plan, type Subject } from '../domain/driver.ts';
import type { Happening } from '../domain/happening.ts';
import type { Effect } from '../domain/outcome.ts';
import { ExhaustedError } from '../system/command.ts';
import { takeTurns } from '../system/turns.ts';
import type { Held } from './held.ts';
import { wordsAskedOf } from './words.ts';

const GAP = Buffer.from('\n\n');
const ASKED_LAST = Buffer.from('This was asked of you last:\n\n');

/** Time that a look at a large repository may take before the first launch, ms. */
const MEASURED_WITHIN_MS = 2000;

/** When a server or the machine comes back, a whole fleet wants to start: a few at a time, of those that wait the oldest first. */
const launches = takeTurns(4);

/** What the daemon lends to whoever carries out an order. */
export interface Help {
  /** Writes down what has become true in the middle of it. */
  readonly note: (happening: Happening) => Promise<unknown>;
  /** What was changed in the task's directory since it began, where git can say. */
  readonly changes: (held: Held) => Promise<string | undefined>;
  /** What a task's directory is like just now. */
  readonly survey: (held: Held) => Promise<Pick<Trace, 'tree'>>;
}

/** Carries out one order of the machine. What follows from it comes back as a happening, or nothing. */
export async function perform(effect: Effect, held: Held, driver: Driver, help: Help): Promise<Happening | undefined> {
  switch (effect.do) {
    case 'launch':
      return await launches(() => launch(held, driver, help), held.spec.createdAt);
    case 'terminate':
      return await driver.terminate(subjectOf(held));
    case 'reap':
      return await driver.reap(subjectOf(held));
    case 'reconcile':
      return await reconcile(held, driver);
    case 'answer':
      return await answer(effect, held, driver);
    case 'poke':
      return await poke(effect, held, driver);
    case 'keepScreen':
      await driver.keepScreen(subjectOf(held));
      return undefined;
    case 'conclude':
      await driver.finish(subjectOf(held));
      return undefined;
    default:
      return effect satisfies never;
  }
}

/** Throws where no attempt can begin on this machine just now: none is spent on it. */
export async function mustBeAble(driver: Pick<Driver, 'obstacle'>): Promise<void> {
  const obstacle = await driver.obstacle?.();
  if (obstacle !== undefined) throw new ExhaustedError(obstacle);
}

/** What never began is launched again where that is possible: else it is found out once more later, and nothing is counted. */
async function reconcile(held: Held, driver: Driver): Promise<Happening | undefined> {
  const found = await driver.reconcile(subjectOf(held));
  if (found?.type === 'neverClaimed') await mustBeAble(driver);
  return found;
}

/** Given once: an answer that came half-way is told to the operator, not repeated. */
async function answer(
  { attempt, text, by }: Extract<Effect, { do: 'answer' }>,
  held: Held,
  driver: Driver,
): Promise<Happening> {
  try {
    await say(held, driver, { text });
    return { type: 'answered', attempt, text, by };
  } catch (error) {
    return { type: 'unanswered', attempt, why: error instanceof Error ? error.message : String(error) };
  }
}

/** What cannot be poked is as hung as before. */
async function poke({ attempt }: Extract<Effect, { do: 'poke' }>, held: Held, driver: Driver) {
  try {
    await say(held, driver, { text: POKE });
    return undefined;
  } catch (error) {
    const proof = `it could not be sent a line: ${error instanceof Error ? error.message : String(error)}`;
    return { type: 'hung', attempt, proof, takesLine: false } as const;
  }
}

/** The plan is journalled before anything is started by it. */
async function launch(held: Held, driver: Driver, help: Help): Promise<Happening | undefined> {
  const { attempt } = held.task;
  try {
    const [plan, measure] = await Promise.all([driver.plan(subjectOf(held)), measureOf(held, help)]);
    await help.note({ type: 'planned', attempt, ...plan, ...measure });
    await driver.launch(subjectOf(held), plan, await wordsOf(held, plan, help));
    return undefined;
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    return { type: 'launchFailed', attempt, permanent: error.permanent, why: error.message };
  }
}

/** The first attempt is held against the tree that it finds, where that is told in time: no agent waits long for it. */
async function measureOf(held: Held, { survey }: Help): Promise<Pick<Trace, 'tree'>> {
  if (held.task.circle || held.spec.policy.unchangedAttempts === 0) return {};
  const found = await Promise.race([survey(held), pause(MEASURED_WITHIN_MS, undefined, { ref: false })]);
  return found?.tree === undefined ? {} : { tree: found.tree };
}

/**
 * What the agent is told, where it is not the prompt of the task. What was asked at a retry is told with each attempt that
 * follows: whether the one before had written it into its conversation, nobody knows.
 */
async function wordsOf(held: Held, { kind }: Plan, help: Help): Promise<string | Uint8Array | undefined> {
  const asked = await wordsAskedOf(held);
  if (kind === 'fresh') return asked && Buffer.concat([await readFile(join(held.dir, 'prompt.md')), GAP, asked]);
  if (asked && held.task.tries <= 1) return asked;
  const words = await continuationOf(held, help);
  return asked ? Buffer.concat([Buffer.from(words), ASKED_LAST, asked]) : words;
}

/** What the agent is told at a resume: why it was interrupted, what it was doing, what it has done. */
async function continuationOf(held: Held, { changes }: Help): Promise<string> {
  const { spec, task } = held;
  const template = spec.resumePrompt ?? CONTINUE;
  const tool = lastTool(held);
  const changed = template.includes('{changed}') ? await changes(held) : undefined;
  const why = task.lastDeath ?? 'an operator asked for another attempt';
  return continuation(template, { why, ...(tool ? { tool } : {}), ...(changed ? { changed } : {}) });
}

/** The tool that was at work when the attempt ended: by the last look, or by the journal where another daemon had it. */
function lastTool({ task, seen }: Held): Interruption['tool'] {
  const text = ({ tool, what }: { readonly tool: string; readonly what: string }): string => `${tool}: ${what}`;
  const open = seen?.progress.openTools.at(-1);
  if (open) return { text: text(open), open: true };
  const last = seen?.progress.lastTool ? text(seen.progress.lastTool) : task.lastTool;
  return last === undefined ? undefined : { text: last, open: false };
}

/** Types into the session of a task, in its turn: who began to wait for that before it ended sees by `typed` that another hand was faster. */
export async function say(held: Held, driver: Driver, words: Parameters<Driver['say']>[1]): Promise<string> {
  try {
    return await driver.say(subjectOf(held), words);
  } finally {
    held.typed = (held.typed ?? 0) + 1;
  }
}

/** A task as a driver takes it: with the state of this moment. */
export const subjectOf = ({ spec, task, agent, dir }: Held): Subject => ({ spec, task, agent, dir });
