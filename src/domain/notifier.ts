import type { TaskName } from './ids.ts';
import type { Notice } from './notice.ts';
import type { Route } from './route.ts';

/** A task, for programs and for persons. */
export type Named = Pick<Notice['task'], 'id' | 'name'>;

/** What a notifier is given to send. */
export interface Letter {
  readonly notice: Notice;
  /** Held back notices of the same task, oldest first, which this one tells along. */
  readonly earlier: readonly Notice[];
  /** No sound: nobody has to look at once. */
  readonly silent: boolean;
  /** The message of the last heartbeat of this task, to be replaced. */
  readonly handle?: string;
  /** The part of this letter that an earlier try has delivered already. */
  readonly done?: string;
  /** All tasks that this one letter is about, where they are several; the notice is that of the first, in the words for all. */
  readonly folded?: readonly Named[];
  /** Where the task came from. */
  readonly route?: Route;
  /** Words of the operator, about no task; `wake`: for the agent of the route too. */
  readonly message?: { readonly text: string; readonly wake: boolean };
}

/** How an attempt to send ended. */
export type Sending =
  /** `handle` names the message for a later edit; `remark` is for the operator. */
  | { readonly result: 'sent'; readonly handle?: string; readonly remark?: string }
  /** Not now; `afterMs` where the other side says when. `done` names the part that is delivered and not to be sent again. */
  | { readonly result: 'later'; readonly why: string; readonly afterMs?: number; readonly done?: string }
  /** This letter never. */
  | { readonly result: 'refused'; readonly why: string }
  /** No letter any more: the address is gone. */
  | { readonly result: 'gone'; readonly why: string };

/** A way to a person or a program. */
export interface Notifier {
  /** As the settings name it. */
  readonly name: string;
  /** Quiet hours are for persons. A conversation has an agent that works on, beside a person who is not to be woken by a sound. */
  readonly audience: 'person' | 'program' | 'conversation';
  /**
   * What befalls many tasks at once and is one letter: whatever does, or only what belongs to an account, so that a program
   * learns of each task what is that task's own.
   */
  readonly folds: 'fleet' | 'account' | 'nothing';
  /** `edited`: one message, replaced each time; `repeated`: a message each time, so only where asked for. */
  readonly heartbeats: 'edited' | 'repeated';
  /** Does this letter concern it at all? */
  readonly takes: (letter: Pick<Letter, 'notice' | 'route'>) => boolean;
  /** The shortest time between two letters. */
  readonly gapMs: number;
  /** The longest wait between two tries. */
  readonly capMs: number;
  /** So long may one attempt take; it is abandoned then. */
  readonly timeoutMs: number;
  readonly send: (letter: Letter) => Promise<Sending>;
  /** A task of this name begins, or begins again: what still tells of an end of it is not true any more. */
  readonly begins?: (name: TaskName) => Promise<void>;
  /** What would keep it from sending, found without sending anything. */
  readonly check: () => Promise<string | undefined>;
}

/** The text for a person: the sentence, and what was held back before it. */
export function textOf({ notice, earlier }: Pick<Letter, 'notice' | 'earlier'>): string {
  if (earlier.length === 0) return notice.sentence;
  return `${notice.sentence} (before: ${earlier.map(({ kind }) => kind).join(', ')})`;
}

/** Must somebody look, now or in the morning? */
export const isUrgent = ({ kind, task }: Notice): boolean =>
  task.over || kind === 'waiting-input' || kind === 'timeout';
