import type { DriverName, Permissions } from './agent.ts';
import type { Auto } from './answers.ts';
import type { Circle } from './circle.ts';
import type { FailureKind, Question } from './event.ts';
import type { LaunchKind, LossCause } from './happening.ts';
import type { TaskId, TaskName } from './ids.ts';
import type { NoticeKind } from './notice-kind.ts';
import type { Policy } from './policy.ts';
import type { Route } from './route.ts';
import type { Tally } from './usage.ts';

/** Every state of a task; the last four are final. */
export const STATES = [
  'pending',
  'starting',
  'running',
  'waiting-input',
  'stalled',
  'rate-limited',
  'backing-off',
  'resuming',
  'stopping',
  'lost',
  'succeeded',
  'failed',
  'gave-up',
  'cancelled',
] as const;
export type State = (typeof STATES)[number];

const FINAL = ['succeeded', 'failed', 'gave-up', 'cancelled'] as const;
export type FinalState = (typeof FINAL)[number];

/** What was asked for: written once, never changed. Times are epoch ms. */
export interface Spec {
  readonly schema: 1;
  readonly id: TaskId;
  readonly name: TaskName;
  readonly agent: string;
  /** `print` where it names none. */
  readonly driver?: DriverName;
  readonly session: string;
  readonly cwd: string;
  readonly createdAt: number;
  readonly labels: readonly string[];
  readonly permissions: Permissions;
  readonly model?: string;
  /** What the agent is told at a resume: the task's own words, else those of the settings of that day. */
  readonly resumePrompt?: string;
  /** The commit that was checked out when the task was made, where its directory is a repository. */
  readonly gitHead?: string;
  /** The UUID under which an agent that lets us choose keeps its conversation. */
  readonly chosenId: string;
  readonly prompt: { readonly bytes: number; readonly sha256: string };
  readonly policy: Policy;
  /** How often it may be let go on after its end by whoever handed it over; without a number as often as they like. */
  readonly followUps?: number;
  /** Who is told of it, where that was asked for; else the settings decide alone. */
  readonly notify?: NotifyWish;
}

/** How a task's agent is run. */
export const driverOf = ({ driver }: Pick<Spec, 'driver'>): DriverName => driver ?? 'print';

/** What was asked for at the start about being told. */
export interface NotifyWish {
  /** Only these kinds; none of them tells nobody. */
  readonly kinds?: readonly NoticeKind[];
  readonly route?: Route;
}

/** What a task is doing, with the data that this state alone has. Times are epoch ms. */
export type Phase =
  | { readonly state: 'pending' | 'running' | 'stalled' }
  | { readonly state: 'starting' | 'resuming'; readonly claimBy: number }
  /** `auto`: the rules answer; gone where that came to nothing and a person is asked after all. */
  | ({ readonly state: 'waiting-input'; readonly nth?: number; readonly auto?: Auto } & Question)
  | { readonly state: 'rate-limited'; readonly until: number; readonly why: string }
  | { readonly state: 'backing-off'; readonly retryAt: number; readonly why: string }
  /** `toward` is where it leads once nothing of the attempt lives. */
  | {
      readonly state: 'stopping';
      readonly killAt: number;
      readonly toward: 'cancelled' | 'failed' | 'succeeded';
      readonly why: string;
      readonly failure?: FailureKind;
    }
  | { readonly state: 'lost'; readonly cause: LossCause; readonly why: string }
  | { readonly state: 'succeeded' | 'cancelled'; readonly why: string }
  | { readonly state: 'failed'; readonly why: string; readonly failure?: FailureKind }
  /** `question`: going on is up to a person. */
  | { readonly state: 'gave-up'; readonly why: string; readonly question?: string };

/** The state of a task: the fold of its journal. Times are epoch ms. */
export interface Task {
  /** Counts the changes of state. */
  readonly seq: number;
  /** Counts an operator's `retry`; the counters below begin again with it, `attempt` does not. */
  readonly run: number;
  readonly attempt: number;
  /** What was asked at the retry that began this run: a file in `words/` of the task. */
  readonly words?: string;
  /** Attempts made in this run. */
  readonly tries: number;
  /** Those of them that ended by nobody's fault, and cost none. Versions before this one took them off `tries`. */
  readonly spared?: number;
  readonly fails: number;
  readonly fastDeaths: number;
  /** How often the present attempt was issued without being claimed. */
  readonly reissues: number;
  readonly spentMs: number;
  readonly since: number;
  readonly bornAt?: number;
  /** What had been spent when the present attempt began: the clock may jump, the budget knows what was lived through. */
  readonly spentAtBirth?: number;
  readonly firstStartAt?: number;
  /** The last tick in this state, or its beginning: what passed since is charged, a clock that was set back is noticed. */
  readonly tickedAt?: number;
  readonly conversation?: string;
  /** How an attempt was launched last, and why so. */
  readonly launched?: { readonly attempt: number; readonly kind: LaunchKind; readonly why: string };
  readonly exitStatus?: number;
  /** Why the last attempt ended, in words. */
  readonly lastDeath?: string;
  /** How many attempts in a row ended with these very words, where nobody knows what they mean. */
  readonly sameDeaths?: number;
  /** What the last attempts have in common: signs that another one would come to the same. */
  readonly circle?: Circle;
  /** The tool call in which the last attempt ended. */
  readonly lastTool?: string;
  /** When it last ran into a usage limit. */
  readonly limitedAt?: number;
  /** When somebody last ended its tmux session from outside. */
  readonly sessionKilledAt?: number;
  /** The question that the rules answered last, and how often in a row. */
  readonly autoAnswered?: { readonly question: string; readonly times: number };
  /** The last question of which attempt that is known to be answered: some agents tell nothing of that. */
  readonly answeredUpTo?: { readonly attempt: number; readonly nth: number };
  /** When which attempt was sent a line because it hung: once in its life. */
  readonly poked?: { readonly attempt: number; readonly at: number };
  readonly denied: number;
  /** What the attempts that have ended have used, over every `retry`. */
  readonly used?: Tally;
  /** The budget is spent and the agent was left alive: no resume will follow. */
  readonly detached: boolean;
  readonly phase: Phase;
}

export const newTask = (at: number): Task => ({
  seq: 0,
  run: 1,
  attempt: 0,
  tries: 0,
  fails: 0,
  fastDeaths: 0,
  reissues: 0,
  spentMs: 0,
  since: at,
  denied: 0,
  detached: false,
  phase: { state: 'pending' },
});

/** Is a task in this state over? */
export const isFinalState = (state: State): state is FinalState => (FINAL as readonly State[]).includes(state);

/** Is the task over? */
export const isFinal = (phase: Phase): phase is Extract<Phase, { state: FinalState }> => isFinalState(phase.state);

/** States in which a process of the present attempt may live. */
export const mayLive = ({ state }: Phase): boolean =>
  state === 'starting' ||
  state === 'running' ||
  state === 'waiting-input' ||
  state === 'stalled' ||
  state === 'resuming' ||
  state === 'stopping' ||
  state === 'lost';

/** How often it was let go on after an end, and how often that may be. */
export const followUpsOf = (
  { followUps }: Pick<Spec, 'followUps'>,
  { run }: Pick<Task, 'run'>,
): { readonly used: number; readonly most?: number } => ({
  used: run - 1,
  ...(followUps === undefined ? {} : { most: followUps }),
});
