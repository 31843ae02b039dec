import type { Question } from '../../domain/event.ts';
import type { Phase } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';
import type { Held } from '../held.ts';
import { GO_ON, rowOf } from '../rows.ts';
import { typeInto } from '../typing.ts';
import { retry } from './retry.ts';

type Asks = Extract<Phase, { state: 'waiting-input' }>;

/** Answers the question that an agent waits with. One of its choices may be given by its beginning. */
export async function answer(context: Context, { task: selector, text }: Parsed<'answer'>): Promise<Result<'answer'>> {
  const held = find(context, selector);
  const { phase } = held.task;
  if (phase.state === 'gave-up' && phase.question !== undefined) return await goOn(context, held, text);
  if (phase.state !== 'waiting-input') {
    throw new Refusal(
      EXIT.wrongState,
      `${held.spec.name} is ${phase.state} and asks nothing: see holdfast show ${held.spec.name}`,
    );
  }
  const words = chosen(text, phase);
  const sent = await typeInto(context, held, { text: words }, whileItAsks(held, phase));
  await context.supervisor.look(held);
  return { task: rowOf(held), sent };
}

/** Throws where, until our turn came, something was typed or the question has changed: what is meant for one might grant another, unseen. */
function whileItAsks(held: Held, { nth, question }: Asks): () => void {
  const { typed, task } = held;
  return () => {
    const { phase, attempt } = held.task;
    const asks = phase.state === 'waiting-input' && attempt === task.attempt;
    const same = asks && phase.nth === nth && phase.question === question;
    if (same && held.typed === typed) return;
    const { name } = held.spec;
    const why = same
      ? `another hand was faster: something has just been typed into ${name}`
      : asks
        ? `${name} asks something else now: ${phase.question}`
        : `${name} is ${phase.state} and does not ask that any more`;
    throw new Refusal(EXIT.wrongState, `${why}; nothing was typed, see holdfast show ${name}`);
  };
}

/** Nobody lives to be told: going on is another attempt. */
async function goOn(context: Context, held: Held, text: string): Promise<Result<'answer'>> {
  const word = chosen(text, { question: '', choices: GO_ON });
  if (word === 'no') return { task: rowOf(held), sent: `${held.spec.name} is left as it is` };
  return { ...(await retry(context, { task: held.spec.id, consent: false })), sent: `${held.spec.name} goes on` };
}

/** "yes" and "no" are understood by every agent that asks for a permission, whatever it calls them. */
function chosen(text: string, { choices, approval }: Question): string {
  const word = text.toLowerCase();
  if (approval && (word === 'yes' || word === 'no')) return word === 'yes' ? approval.grant : approval.refuse;
  if (choices.length === 0) return text;
  const fitting = choices.filter((choice) => choice.toLowerCase().startsWith(word));
  const [only, other] = fitting;
  if (only !== undefined && other === undefined) return only;
  throw new Refusal(EXIT.usage, `${JSON.stringify(text)} is none of the choices: ${choices.join(', ')}`);
}
