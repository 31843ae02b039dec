import type { Trace } from './circle.ts';
import type { Failure, Question } from './event.ts';
import type { Progress } from './progress.ts';
import type { Share } from './usage.ts';

/** Why an attempt was launched as it was: with the agent's resume command, or afresh with the original prompt. */
export type LaunchKind = 'fresh' | 'resume';

/** Why nobody knows what became of an attempt. */
export type LossCause = 'reboot' | 'tmux-server' | 'session' | 'runner' | 'unclaimed' | 'daemon' | 'hung';

/** Something that has become true of a task. One that names an attempt other than the current one changes nothing. */
export type Happening =
  | { readonly type: 'admitted' }
  /** `conversation` is the id asked for; absent where the agent will name one. `tree` is the work tree in a word, before anything is done in it. */
  | {
      readonly type: 'planned';
      readonly attempt: number;
      readonly kind: LaunchKind;
      readonly why: string;
      readonly conversation?: string;
      readonly tree?: string;
    }
  /** The runner took the claim of this attempt and lives, since `bornAt` (epoch ms). */
  | { readonly type: 'claimed'; readonly attempt: number; readonly bornAt: number }
  | { readonly type: 'launchFailed'; readonly attempt: number; readonly permanent: boolean; readonly why: string }
  | { readonly type: 'named'; readonly attempt: number; readonly conversation: string }
  /** The agent works in another conversation than the one it was asked to resume, or in one that another task owns. */
  | { readonly type: 'strayed'; readonly attempt: number; readonly asked: string; readonly got: string }
  | { readonly type: 'strayed'; readonly attempt: number; readonly owner: string; readonly got: string }
  /** The runner recorded the end of the agent. `status` is the shell's: 128+n for signal n. */
  | {
      readonly type: 'exited';
      readonly attempt: number;
      readonly status: number;
      readonly livedMs: number;
      readonly turn: Progress['turn'];
      readonly denied: number;
      /** `denied` is the least: the agent does not tell of all. */
      readonly deniesUntold?: true;
      readonly failure?: Failure;
      readonly used?: Share;
      readonly trace?: Trace;
    }
  /** The runner is gone and recorded nothing, or its session is. */
  | { readonly type: 'vanished'; readonly attempt: number; readonly cause: LossCause }
  | { readonly type: 'foundAlive'; readonly attempt: number; readonly bornAt: number }
  | { readonly type: 'neverClaimed'; readonly attempt: number }
  /** No process of this attempt lives, and none can start any more. */
  | {
      readonly type: 'provedDead';
      readonly attempt: number;
      readonly rebooted: boolean;
      readonly livedMs: number;
      readonly used?: Share;
      readonly trace?: Trace;
    }
  /** `nth`: the how manyth question of this attempt; the same words may be asked twice. */
  | ({ readonly type: 'asked'; readonly attempt: number; readonly nth?: number } & Question)
  /** The rules have answered for the operator; `by` names the rule. */
  | { readonly type: 'answered'; readonly attempt: number; readonly text: string; readonly by: string }
  /** The answer of the rules could not be given. */
  | { readonly type: 'unanswered'; readonly attempt: number; readonly why: string }
  | { readonly type: 'fellSilent'; readonly attempt: number; readonly silentMs?: number }
  | { readonly type: 'stirred'; readonly attempt: number }
  /** Its program asks for a login, and has begun nothing. `why` names the way to log in. */
  | { readonly type: 'loggedOut'; readonly attempt: number; readonly why: string }
  /** The final event is out and the process did not leave. */
  | { readonly type: 'lingered'; readonly attempt: number; readonly denied: number }
  /** `takesLine`: it sits at a prompt that a line can be typed into. */
  | { readonly type: 'hung'; readonly attempt: number; readonly proof: string; readonly takesLine?: boolean }
  /** The agent, or a program that it runs, tells how far it is. */
  | { readonly type: 'reported'; readonly attempt: number; readonly text: string }
  | { readonly type: 'stopRequested'; readonly by: string; readonly graceMs: number }
  /** `words` names the file of what is asked now, where it is more than to go on. */
  | { readonly type: 'retryRequested'; readonly by: string; readonly words?: string }
  | { readonly type: 'ticked' };

/** The name of what happened. */
export type HappeningType = Happening['type'];
