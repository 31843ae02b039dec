import { followUpsOf, isFinal } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';
import type { Held } from '../held.ts';
import { rowOf } from '../rows.ts';
import { takeWords } from '../words.ts';
import { withPrompt } from './prompt-file.ts';

/** Runs an ended task again, in the same conversation; one that waits for its next attempt gets it now. */
export async function retry(context: Context, params: Parsed<'retry'>): Promise<Result<'retry'>> {
  const { supervisor } = context;
  const held = find(context, params.task);
  const { state } = held.task.phase;
  if (isFinal(held.task.phase)) mayGoOn(held, params);
  else mayHurry(held, params);
  const twin = supervisor.tasks.find(
    (other) => other !== held && other.spec.name === held.spec.name && !isFinal(other.task.phase),
  );
  if (twin)
    throw new Refusal(EXIT.nameTaken, `the name ${held.spec.name} is taken by ${twin.spec.id}: end that one first`);
  const words = asks(params) ? await withPrompt(context, params, (file) => takeWords(held, file)) : undefined;
  const after = await supervisor.tell(held, {
    type: 'retryRequested',
    by: 'an operator',
    ...(words === undefined ? {} : { words }),
  });
  if (words !== undefined && after.words !== words)
    throw new Refusal(EXIT.wrongState, `${held.spec.name} was ${state} and is not any more: look at it first`);
  await supervisor.look(held);
  return { task: rowOf(held) };
}

const asks = ({ prompt, promptFile: file }: Parsed<'retry'>): boolean => prompt !== undefined || file !== undefined;

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
