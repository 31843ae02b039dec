import type { Task } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import type { Context } from '../context.ts';
import type { Held } from '../held.ts';
import { rowOf } from '../rows.ts';
import { reserve } from './names.ts';
import { mustBeWhole } from './whole.ts';

/** Runs all tasks again that failed for one cause, once it is mended; of several of one name the newest. */
export async function retryFailed(
  context: Context,
  { failedBy, agent }: Parsed<'retryFailed'>,
): Promise<Result<'retryFailed'>> {
  const { supervisor } = context;
  const newestFirst = [...supervisor.tasks].sort((a, b) => b.spec.createdAt - a.spec.createdAt);
  const failed = newestFirst.filter(
    ({ spec, task: { phase } }, index) =>
      phase.state === 'failed' &&
      phase.failure === failedBy &&
      (agent === undefined || spec.agent === agent) &&
      newestFirst.findIndex((other) => other.spec.name === spec.name) === index,
  );
  for (const held of failed) await mustBeWhole(held); // all or none: who asks for all of them is told of the one
  const retried: Held[] = [];
  for (const held of failed) if (await isRetriedByUs(context, held)) retried.push(held);
  for (const held of retried) await supervisor.look(held);
  return { tasks: retried.map(rowOf) };
}

/** Not where another hand was faster: that one is told of the task, or it has been forgotten. */
async function isRetriedByUs(context: Context, held: Held): Promise<boolean> {
  const { run } = held.task;
  const mayStill = ({ phase, run: now }: Task): void => {
    if (phase.state !== 'failed' || now !== run) throw new Refusal(EXIT.wrongState, 'another hand was faster');
  };
  let release = () => {};
  try {
    release = reserve(context, held.spec.name, held.spec.id);
    await context.supervisor.tell(held, { type: 'retryRequested', by: 'an operator' }, mayStill);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  } finally {
    release();
  }
}
