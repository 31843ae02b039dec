import type { Permissions } from './agent.ts';
import type { FailureKind } from './event.ts';
import type { Happening, LaunchKind } from './happening.ts';
import type { NoticeKind } from './notice-kind.ts';
import { plainLine } from './plain-text.ts';
import { sentenceOf } from './sentence.ts';
import { spanText } from './span.ts';
import { isFinal, type Phase, type Spec, type State, type Task } from './task.ts';

/** The task that a notice is about, as it was at that moment. Times are epoch ms. */
export interface TaskFacts {
  readonly id: string;
  readonly name: string;
  readonly agent: string;
  readonly session: string;
  readonly cwd: string;
  readonly labels: readonly string[];
  readonly state: State;
  readonly over: boolean;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly permissions: Permissions;
  readonly budgetMs: number;
  /** Since the first start, waits included. */
  readonly ranMs: number;
  readonly exitStatus?: number;
  /** How the present attempt was begun. */
  readonly launch?: LaunchKind;
  /** What kind of failure it failed, or waits, for. */
  readonly failure?: FailureKind;
  /** Where their number is limited. */
  readonly followUps?: { readonly used: number; readonly most: number };
}

/** What the agent said last. */
export interface ResultFacts {
  readonly file: string;
  readonly bytes: number;
  /** What git says of the work: `3 files changed, 120 insertions(+)`. */
  readonly changed?: string;
  /** How the commands ended that looked like tests. */
  readonly checks?: string;
  /** Its words, cut; data for whoever reads it, never an order. */
  readonly excerpt: string;
}

/** One thing that is told. Its id is its idempotency key: however often it is sent, it is one. */
export interface Notice {
  /** `<task id>/<seq>`. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly at: number;
  readonly task: TaskFacts;
  /** Why it came to this, in the words of the journal; empty where there is nothing to explain. */
  readonly cause: string;
  /** The whole of it in a line for a person. */
  readonly sentence: string;
  /** What happens next by itself. */
  readonly next?: { readonly what: 'resume'; readonly at: number };
  /** The beginning of the prompt. */
  readonly goal?: string;
  readonly result?: ResultFacts;
}

/** One journalled change of a task. */
export interface Step {
  readonly spec: Spec;
  readonly before: Task;
  readonly after: Task;
  readonly happening: Happening;
  readonly at: number;
}

/** What is to be told of a change, if anything: at most one notice. Pure, so that a restarted daemon finds the same. */
export function noticeOf(step: Step): Notice | undefined {
  const kind = kindOf(step);
  return kind && noticeAbout(kind, { ...step, task: step.after, cause: causeOf(step, kind) });
}

/** A notice about a task as it is. `id` where it is not the state that is told. */
export function noticeAbout(
  kind: NoticeKind,
  given: {
    readonly spec: Spec;
    readonly task: Task;
    readonly cause: string;
    readonly at: number;
    readonly id?: string;
  },
): Notice {
  const { spec, task, at } = given;
  const facts = factsOf(spec, task, at);
  const cause = plainLine(given.cause).slice(0, 1000);
  const next = nextOf(task.phase);
  return {
    id: given.id ?? `${spec.id}/${task.seq}`,
    kind,
    at,
    task: facts,
    cause,
    sentence: sentenceOf(kind, { ...facts, cause, at, ...(next ? { resumeAt: next.at } : {}) }),
    ...(next ? { next } : {}),
  };
}

function kindOf({ spec, before, after, happening }: Step): NoticeKind | undefined {
  if (happening.type === 'reported' && after.seq !== before.seq) return 'progress';
  if (happening.type === 'answered' && after.seq !== before.seq) return 'answered';
  if (after.detached && !before.detached) return 'timeout';
  const { state } = after.phase;
  if (after.phase.state === 'waiting-input' && after.phase.auto) return undefined; // told when it is answered
  if (state === before.phase.state) return isAnotherQuestion(before.phase, after.phase) ? 'waiting-input' : undefined;
  switch (state) {
    case 'running':
      return beganOf(before, after);
    case 'backing-off':
      return 'crashed';
    case 'waiting-input':
    case 'stalled':
    case 'rate-limited':
    case 'failed':
    case 'cancelled':
      return state;
    case 'succeeded':
      return 'finished';
    case 'gave-up':
      return after.spentMs >= spec.policy.budgetMs && !before.detached ? 'timeout' : 'gave-up';
    case 'pending':
    case 'starting':
    case 'resuming':
    case 'stopping':
    case 'lost':
      return undefined; // on the way: what comes of it is told
    default:
      return state satisfies never;
  }
}

/** Is a person asked anew? The agent asks something else, or the rules had an answer that did not arrive. */
const isAnotherQuestion = (before: Phase, after: Phase): boolean =>
  before.state === 'waiting-input' &&
  after.state === 'waiting-input' &&
  (before.auto !== undefined || before.nth !== after.nth);

/** The notice of a beginning, for an attempt that nobody has seen alive before: one that was lost from sight and found was never announced as dead. */
function beganOf(before: Task, { tries }: Task): NoticeKind | undefined {
  const { state } = before.phase;
  const begins = state === 'starting' || state === 'resuming' || (state === 'lost' && before.bornAt === undefined);
  if (!begins) return undefined;
  return tries > 1 ? 'resumed' : 'started';
}

function causeOf({ spec, after, happening }: Step, kind: NoticeKind): string {
  if (happening.type === 'reported') return happening.text;
  const { phase } = after;
  if (kind === 'started') return whyAfresh(after) ?? '';
  if (kind === 'resumed') return whyResumed(after);
  if (happening.type === 'fellSilent')
    return happening.silentMs === undefined
      ? ''
      : `nothing for ${spanText(happening.silentMs)}, and no tool is at work`;
  if (happening.type === 'answered' && phase.state === 'waiting-input')
    return `${phase.question} → ${happening.text} (${happening.by})`;
  if (kind === 'timeout' && !isFinal(phase))
    return 'the budget is spent: no resume will follow, the agent was left at work';
  if (phase.state === 'gave-up' && phase.question !== undefined)
    return `${phase.why}. ${phase.question} Then: holdfast answer ${spec.name} yes`;
  if ('why' in phase) return phase.why;
  return 'question' in phase ? phase.question : '';
}

/** Why an attempt after the first one had to begin anew; nothing where it goes on, or where it is the first. */
function whyAfresh({ attempt, launched }: Task): string | undefined {
  const begun = launched?.attempt === attempt ? launched : undefined;
  return attempt > 1 && begun?.kind === 'fresh' ? begun.why : undefined;
}

/** What the attempt before came to; and, where it could not go on from there, why not. */
function whyResumed(task: Task): string {
  const afresh = whyAfresh(task);
  const died = task.lastDeath ?? '';
  if (afresh === undefined) return died;
  return died === '' ? afresh : `${afresh}; before it: ${died}`;
}

const nextOf = (phase: Phase): Notice['next'] => {
  if (phase.state === 'backing-off') return { what: 'resume', at: phase.retryAt };
  return phase.state === 'rate-limited' ? { what: 'resume', at: phase.until } : undefined;
};

/** The kind of failure that a state is about. */
export function failureOf(phase: Phase): { readonly failure?: FailureKind } {
  if (phase.state === 'rate-limited') return { failure: 'usage-limit' };
  return phase.state === 'failed' && phase.failure ? { failure: phase.failure } : {};
}

const factsOf = (spec: Spec, task: Task, at: number): TaskFacts => ({
  id: spec.id,
  name: spec.name,
  agent: spec.agent,
  session: spec.session,
  cwd: spec.cwd,
  labels: spec.labels,
  state: task.phase.state,
  over: isFinal(task.phase),
  attempt: task.attempt,
  maxAttempts: spec.policy.maxAttempts,
  permissions: spec.permissions,
  budgetMs: spec.policy.budgetMs,
  ranMs: task.firstStartAt === undefined ? 0 : Math.max(0, at - task.firstStartAt),
  ...(task.exitStatus === undefined ? {} : { exitStatus: task.exitStatus }),
  ...(task.launched?.attempt === task.attempt ? { launch: task.launched.kind } : {}),
  ...failureOf(task.phase),
  ...(spec.followUps === undefined ? {} : { followUps: { used: task.run - 1, most: spec.followUps } }),
});
