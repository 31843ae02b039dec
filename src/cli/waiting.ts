import { isFinalState } from '../domain/task.ts';
import { forTask } from '../protocol/exit-codes.ts';
import type { Result, TaskRow } from '../protocol/methods.ts';
import { patiently } from '../protocol/patient.ts';
import type { Context } from './context.ts';
import { taskLine } from './task-text.ts';

/** What is waited for. */
export interface Waiting {
  readonly tasks: readonly string[];
  /** One of them is enough. */
  readonly any: boolean;
  readonly timeoutMs?: number;
}

const ROUND_MS = 30_000;

/** Waits until tasks are over, tells how they ended, and answers with the exit code. */
export async function waitFor(waiting: Waiting, context: Context): Promise<number> {
  const { output } = context;
  const answer = await rounds(waiting, context);
  const over = answer.tasks.filter(isOver);
  const open = answer.tasks.filter((task) => !isOver(task));
  if (output.json) output.document(answer);
  else for (const task of over) output.print(taskLine(task, output));
  if (!answer.over) output.say(`still not over: ${open.map(({ name }) => name).join(', ')}`);
  return exitCode(answer);
}

async function rounds({ tasks, any, timeoutMs }: Waiting, context: Context): Promise<Result<'wait'>> {
  const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs;
  const daemon = await patiently({ reach: context.returnedDaemon, say: context.output.say });
  for (;;) {
    const waitMs = Math.min(ROUND_MS, Math.max(0, deadline - Date.now()));
    const answer = await daemon.ask('wait', { tasks: [...tasks], any, waitMs });
    if (answer.over || Date.now() >= deadline) return answer;
  }
}

/** The highest of several. What is not over counts as timed out or lost, unless another task was enough. */
export function exitCode({ over, tasks }: { readonly over: boolean; readonly tasks: readonly ForExit[] }): number {
  return Math.max(0, ...tasks.filter((task) => !over || isOver(task)).map(forTask));
}

type ForExit = Pick<TaskRow, 'state' | 'exitStatus'>;
const isOver = ({ state }: ForExit): boolean => isFinalState(state);
