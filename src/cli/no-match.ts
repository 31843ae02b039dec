import type { Context } from './context.ts';

/** Said where filters fit none of the tasks; nothing where there are no tasks at all. */
export async function noMatch({ daemon }: Pick<Context, 'daemon'>): Promise<string | undefined> {
  const { tasks } = await (await daemon()).call('list', {});
  if (tasks.length === 0) return undefined;
  return `none of ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'} matches`;
}
