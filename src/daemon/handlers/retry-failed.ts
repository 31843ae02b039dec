import type { Parsed, Result } from '../../protocol/methods.ts';
import type { Context } from '../context.ts';
import { rowOf } from '../rows.ts';

/** Runs all tasks again that failed for one cause, once it is mended; of several of one name the newest. */
export async function retryFailed(
  { supervisor }: Context,
  { failedBy, agent }: Parsed<'retryFailed'>,
): Promise<Result<'retryFailed'>> {
  const newestFirst = [...supervisor.tasks].sort((a, b) => b.spec.createdAt - a.spec.createdAt);
  const failed = newestFirst.filter(
    ({ spec, task: { phase } }, index) =>
      phase.state === 'failed' &&
      phase.failure === failedBy &&
      (agent === undefined || spec.agent === agent) &&
      newestFirst.findIndex((other) => other.spec.name === spec.name) === index,
  );
  for (const held of failed) await supervisor.tell(held, { type: 'retryRequested', by: 'an operator' });
  for (const held of failed) await supervisor.look(held);
  return { tasks: failed.map(rowOf) };
}
