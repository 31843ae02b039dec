import type { Trace } from '../domain/circle.ts';
import { treeOf } from '../system/git.ts';
import type { Held } from './held.ts';

const TOOL = 300;

/** What the attempt that has just ended left behind. A task that may only read changes nothing by right: its tree says nothing. */
export async function survey({ spec, task, seen }: Held, env: Readonly<Record<string, string>>): Promise<Trace> {
  const progress = seen?.attempt === task.attempt ? seen.progress : undefined;
  const tree = spec.permissions === 'read-only' ? undefined : await treeOf(spec.cwd, env);
  const tool = progress?.openTools.at(-1) ?? progress?.lastTool;
  return {
    ...(tree === undefined ? {} : { tree }),
    ...(tool === undefined ? {} : { tool: `${tool.tool}: ${tool.what}`.slice(0, TOOL) }),
    edited: progress?.edited ?? false,
  };
}
