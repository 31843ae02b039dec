import { isFinal } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Context } from '../context.ts';

/** Who is about to be alive under a name. */
const coming = new Map<string, string>();

/**
 * A name is taken from the moment somebody asks for it: of two calls at once for two tasks only one has it, however long
 * it takes to write that down. `by` tells them apart: a task that is to live again has its own name already.
 */
export function reserve({ supervisor }: Pick<Context, 'supervisor'>, name: string, by: string): () => void {
  const holder = supervisor.tasks.find(
    ({ spec, task }) => spec.name === name && spec.id !== by && !isFinal(task.phase),
  );
  const other = coming.get(name);
  if (holder || (other !== undefined && other !== by)) {
    const which = holder ? `${holder.spec.agent} task ${holder.spec.id}, ${holder.task.phase.state}` : 'being started';
    throw new Refusal(
      EXIT.nameTaken,
      `the name ${name} is taken (${which}): choose another, or end it with: holdfast stop ${name}`,
    );
  }
  if (other === by) return () => undefined;
  coming.set(name, by);
  return () => void coming.delete(name);
}
