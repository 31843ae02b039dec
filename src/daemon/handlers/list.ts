import type { Parsed, Result } from '../../protocol/methods.ts';
import type { Reading } from '../context.ts';
import { rowOf } from '../rows.ts';
import { agentNamed } from './agent-named.ts';

/** The tasks that fit the filters, oldest first. */
export async function list(
  { supervisor, degraded }: Pick<Reading, 'supervisor' | 'degraded'>,
  { states, label, agent }: Parsed<'list'>,
): Promise<Result<'list'>> {
  if (agent !== undefined && !supervisor.tasks.some(({ spec }) => spec.agent === agent)) agentNamed(agent);
  const fitting = supervisor.tasks.filter(
    ({ spec, task }) =>
      (!states || states.includes(task.phase.state)) &&
      (label === undefined || spec.labels.some((each) => each.includes(label))) &&
      (agent === undefined || spec.agent === agent),
  );
  const tasks = fitting.sort((a, b) => a.spec.createdAt - b.spec.createdAt).map(rowOf);
  return { tasks, ...(degraded === undefined ? {} : { degraded }) };
}
