import { followUpsOf, isFinal, type State } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';
import { mustBeAble } from '../effects.ts';
import type { Held } from '../held.ts';
import { rowOf } from '../rows.ts';
import { dropWords, takeWords } from '../words.ts';
import { reserve } from './names.ts';
import { withPrompt } from './prompt-file.ts';
import { mustBeWhole } from './whole.ts';

/** Runs an ended task again, in the same conversation; one that waits for its next attempt gets it now. */
export async function retry(context: Context, params: Parsed<'retry'>): Promise<Result<'retry'>> {
  const { supervisor, driver } = context;
  const held = find(context, params.task);
  const { state } = held.task.phase;
  const mayStill = () => mayBeRetried(held, params, state);
  mayStill();
  if (isFinal(held.task.phase)) await mustBeWhole(held);
  else await mustBeAble(driver); // what waits is launched at once
  const release = reserve(context, held.spec.name, held.spec.id);
  try {
    const words = asks(params) ? await withPrompt(context, params, (file) => takeWords(held, file)) : undefined;
    const happening = { type: 'retryRequested', by: 'an operator', ...(words === undefined ? {} : { words }) } as const;
    await supervisor.tell(held, happening, mayStill).catch(async (error) => {
      if (words !== undefined && error instanceof Refusal) await dropWords(held, words); // any other may be on record
      throw error;
    });
  } finally {
    release();
  }
  await supervisor.look(held);
  return { task: rowOf(held) };
}

const asks = ({ prompt, promptFile: file }: Parsed<'retry'>): boolean => prompt !== undefined || file !== undefined;

/** Asked before anything is taken over, and once more in its turn: `was` is the state that the caller could see. */
function mayBeRetried(held: Held, params: Parsed<'retry'>, was: State): void {
  const { spec, task } = held;
  const { state } = task.phase;
  if (isFinal(task.phase)) mayGoOn(held, params);
  else if (state === was) mayHurry(held, params);
  else
    throw new Refusal(
      EXIT.wrongState,
      `${spec.name} was ${was} and is ${state} now: another hand was faster; look at it with: holdfast show ${spec.name}`,
    );
}

/** Whoever handed it over said how often it may be let go on without a person. */
function mayGoOn({ spec, task }: Held, { consent }: Parsed<'retry'>): void {
  const { used, most = Number.POSITIVE_INFINITY } = followUpsOf(spec, task);
  if (used < most || consent) return;
  throw new Refusal(
    EXIT.notAllowed,
    `the ${most} follow-ups of ${spec.name} are used up: ask the person it is for, who may allow one more with --yes`,
  );
}

function mayHurry({ spec: { name }, task: { phase } }: Held, params: Parsed<'retry'>): void {
  const waits = phase.state === 'backing-off' || phase.state === 'rate-limited';
  if (waits && !asks(params)) return;
  throw new Refusal(
    EXIT.wrongState,
    waits
      ? `${name} is ${phase.state} and has its task still: something new can be asked when it has ended`
      : `${name} is ${phase.state}: only an ended or a waiting task can be retried; end it first with: holdfast stop ${name}`,
  );
}
