import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';
import { subjectOf } from '../effects.ts';
import { rowOf } from '../rows.ts';

/** Answers the question that an agent waits with. One of its choices may be given by its beginning. */
export async function answer(context: Context, { task: selector, text }: Parsed<'answer'>): Promise<Result<'answer'>> {
  const held = find(context, selector);
  const { phase } = held.task;
  if (phase.state !== 'waiting-input') {
    throw new Refusal(
      EXIT.wrongState,
      `${held.spec.name} is ${phase.state} and asks nothing: see holdfast show ${held.spec.name}`,
    );
  }
  const words = chosen(text, phase.choices);
  const sent = await context.driver.say(subjectOf(held), { text: words });
  await context.supervisor.look(held);
  return { task: rowOf(held), sent };
}

function chosen(text: string, choices: readonly string[]): string {
  if (choices.length === 0) return text;
  const fitting = choices.filter((choice) => choice.toLowerCase().startsWith(text.toLowerCase()));
  const [only, other] = fitting;
  if (only !== undefined && other === undefined) return only;
  throw new Refusal(EXIT.usage, `${JSON.stringify(text)} is none of the choices: ${choices.join(', ')}`);
}
