import { REMEDIES } from './failure.ts';
import type { Happening } from './happening.ts';
import type { Policy } from './policy.ts';
import type { Task } from './task.ts';

/** What an attempt left behind, as far as that is known. */
export interface Trace {
  /** The work tree in a word, the same where nothing in it has changed; absent where it is no repository or was only to be read. */
  readonly tree?: string;
  /** Its last tool call, open or ended. */
  readonly tool?: string;
  /** It changed a file by a tool of its own. */
  readonly edited: boolean;
}

/** What the last attempts have in common. */
export interface Circle {
  readonly tree?: string;
  readonly tool?: string;
  /** So many attempts in a row left the tree as they found it. */
  readonly unchanged: number;
  /** So many in a row ended in the same tool call, with nothing changed between. */
  readonly sameTool: number;
}

type End = Extract<Happening, { type: 'exited' | 'provedDead' }>;

/** Will it matter what this attempt left behind? Not of a success or of a failure that ends all, of one that is being stopped, nor where the machine went down. */
export function isTelling(task: Task, happening: Happening): happening is End {
  if (happening.type !== 'exited' && happening.type !== 'provedDead') return false;
  if (happening.attempt !== task.attempt || task.phase.state === 'stopping') return false;
  if (happening.type === 'exited') {
    const { status, turn, failure } = happening;
    return (status !== 0 || turn !== 'ended') && !(failure && REMEDIES[failure.kind] === 'fail');
  }
  return !happening.rebooted && task.phase.state === 'lost' && ['session', 'runner', 'hung'].includes(task.phase.cause);
}

/** What the first attempt will be held against: the tree as it finds it. */
export const measuredBy = ({ circle }: Pick<Task, 'circle'>, tree: string | undefined): Pick<Task, 'circle'> =>
  circle || tree === undefined ? {} : { circle: { tree, unchanged: 0, sameTool: 0 } };

/** Adds one attempt. An agent that edits between its tests goes round in no circle, however often it tests. */
export function extended(before: Circle | undefined, { tree, tool, edited }: Trace): Circle {
  const same = tree !== undefined && tree === before?.tree;
  const changed = edited || (tree !== undefined && before?.tree !== undefined && !same);
  const again = tool !== undefined && tool === before?.tool && (same || !changed);
  return {
    ...(tree === undefined ? {} : { tree }),
    ...(tool === undefined ? {} : { tool }),
    unchanged: same ? (before?.unchanged ?? 0) + 1 : 0,
    sameTool: tool === undefined ? 0 : again ? (before?.sameTool ?? 0) + 1 : 1,
  };
}

/** Why another attempt would come to the same; nothing where it may not. A threshold of 0 is never reached. */
export function circleText({ unchanged, sameTool, tool }: Circle, policy: Policy): string | undefined {
  const { unchangedAttempts, sameTools } = policy;
  if (unchangedAttempts > 0 && unchanged >= unchangedAttempts)
    return `${unchanged} attempts in a row changed nothing in the work tree`;
  return sameTools > 0 && sameTool >= sameTools
    ? `${sameTool} attempts in a row ended in the same tool call (${tool ?? ''})`
    : undefined;
}
