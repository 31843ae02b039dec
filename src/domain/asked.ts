import type { AgentEvent, Caller, Question } from './event.ts';
import type { OpenTool, Progress } from './progress.ts';
import type { Task } from './task.ts';

/** A question that nobody has answered. `nth`: the how manyth of its attempt; `call`: the tool call that waits, where that is known; `beside`: that of a helper. */
export type Asked = {
  readonly type: 'answer';
  readonly nth: number;
  readonly call?: string;
  readonly beside?: true;
} & Question;

type Asking = { readonly waitsFor?: Asked; readonly alsoAsks?: readonly Asked[] };

/**
 * What the agent still asks after an event that says something. Of tools that run at once several may ask: programs show one
 * question after the other, in the order in which they were asked, so the oldest is the one that an answer would be read as.
 */
export function asking(before: Progress, event: AgentEvent): Asking {
  const still = openQuestions(before).filter((each) => !isAnswered(each, event));
  if (event.type !== 'asked') return inOrder(still);
  const { of, type: _, ...question } = event;
  const call = of && callOf(of, unasked(before.openTools, still));
  const asked: Asked = {
    type: 'answer',
    nth: before.questions + 1,
    ...(call === undefined ? {} : { call }),
    ...question,
  };
  return inOrder([...still, asked]);
}

/** All that it asks, the oldest first. */
export const openQuestions = ({ waitsFor, alsoAsks = [] }: Progress): readonly Asked[] =>
  waitsFor?.type === 'answer' ? [waitsFor, ...alsoAsks] : [];

/** Without the questions that are known to be answered, though no event of the agent says so. */
export function stillAsking(
  progress: Progress,
  { attempt, answeredUpTo }: Pick<Task, 'attempt' | 'answeredUpTo'>,
): Progress {
  const open = openQuestions(progress);
  if (open.length === 0 || answeredUpTo?.attempt !== attempt) return progress;
  const { waitsFor: _, alsoAsks: __, ...rest } = progress;
  return { ...rest, ...inOrder(open.filter(({ nth }) => nth > answeredUpTo.nth)) };
}

const inOrder = ([first, ...others]: readonly Asked[]): Asking => ({
  ...(first ? { waitsFor: first } : {}),
  ...(others.length > 0 ? { alsoAsks: others } : {}),
});

/** A question about a tool call stands until that call goes on: other tools and helpers of the agent work beside it. Any other is answered by whatever the agent does next, and none by what its helpers do. */
function isAnswered({ call, approval, beside }: Asked, event: AgentEvent): boolean {
  if ('beside' in event) return event.type === 'replied' && event.call === call;
  switch (event.type) {
    case 'tool-ended':
    case 'replied':
      return call === undefined ? !isBeside(approval, event) : event.call === call;
    case 'tool-started':
      return call === undefined && !isBeside(approval, event);
    case 'asked':
      return call === undefined;
    case 'message':
    case 'thought':
    case 'tool-denied':
      return call === undefined;
    case 'turn-started':
    case 'turn-ended':
      return beside !== true; // of the helper no hook tells such
    default:
      return true; // its turn
  }
}

const isBeside = (approval: Question['approval'], event: AgentEvent): boolean =>
  approval !== undefined && 'tool' in event && event.tool !== approval.tool;

/** Claude tells of a call, and then asks for it without its id. */
const callOf = ({ call, tool, what }: Caller, open: readonly OpenTool[]): string | undefined =>
  call ??
  open.findLast((each) => each.tool === tool && each.what === what)?.call ??
  open.findLast((each) => each.tool === tool)?.call;

/** No call is asked for twice: of two that look alike each has its own question. */
const unasked = (open: readonly OpenTool[], asked: readonly Asked[]): readonly OpenTool[] =>
  open.filter(({ call }) => !asked.some((other) => other.call === call));
