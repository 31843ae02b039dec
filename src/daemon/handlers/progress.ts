import { plainText } from '../../domain/plain-text.ts';
import { mayLive } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { type Context, find } from '../context.ts';

const lastAt = new Map<string, number>();

/** Takes a report from inside of a task: journalled, and told like everything else. */
export async function progress(context: Context, { task, text }: Parsed<'progress'>): Promise<Result<'progress'>> {
  const { supervisor, settings } = context;
  const held = find(context, task);
  const { attempt, phase } = held.task;
  if (!mayLive(phase) || phase.state === 'stopping')
    throw new Refusal(EXIT.wrongState, `${held.spec.name} is ${phase.state}: only a task at work makes progress`);
  const now = Date.now();
  const wait = (lastAt.get(held.spec.id) ?? 0) + settings.notify.progressSeconds * 1000 - now;
  if (wait > 0)
    throw new Refusal(
      EXIT.tryAgain,
      `too often: the next report is taken in ${Math.ceil(wait / 1000)} s, at most one in ${settings.notify.progressSeconds} s`,
    );
  const report = plainText(text).trim();
  if (report === '') throw new Refusal(EXIT.usage, 'there is nothing in the report: say how far it is');
  lastAt.set(held.spec.id, now);
  await supervisor.tell(held, { type: 'reported', attempt, text: report });
  return { task: held.spec.id, told: report };
}
