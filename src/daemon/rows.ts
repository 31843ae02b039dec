import { join } from 'node:path';
import { deniedText } from '../domain/amount.ts';
import { LaunchError } from '../domain/driver.ts';
import { failureOf } from '../domain/notice.ts';
import { isSuspicious, type Observation } from '../domain/observation.ts';
import type { OpenTool } from '../domain/progress.ts';
import { driverOf, followUpsOf, isFinal, mayLive, type Phase } from '../domain/task.ts';
import { shareOf, tallied, type Usage, usedBy } from '../domain/usage.ts';
import type { TaskDetail, TaskRow } from '../protocol/methods.ts';
import type { Reading } from './context.ts';
import type { Held } from './held.ts';
import type { Entry } from './journal.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

type Glimpse = Pick<TaskRow, 'name' | 'agent' | 'state' | 'since' | 'attempt' | 'next'>;
const glimpses = new WeakMap<Phase, { readonly since: number; readonly attempt: number; readonly glimpse: Glimpse }>();

/** What `status.json` has of a task: asked for at every tick, made when it has changed. To write 200 dates takes 5 ms (Node 20). */
export function glimpseOf({ spec, task: { phase, since, attempt } }: Held): Glimpse {
  const known = glimpses.get(phase); // each task has a phase of its own, and gets another with each change of it
  if (known?.since === since && known.attempt === attempt && known.glimpse.name === spec.name) return known.glimpse;
  const next = nextOf(phase);
  const glimpse = {
    name: spec.name,
    agent: spec.agent,
    state: phase.state,
    since: iso(since),
    attempt,
    ...(next ? { next: { what: next.what, at: iso(next.at) } } : {}),
  };
  glimpses.set(phase, { since, attempt, glimpse });
  return glimpse;
}

/** A task in one row. */
export function rowOf(held: Held): TaskRow {
  const { spec, task, seen, agent } = held;
  const { tokens, tools, costUsd } = usageOf(held);
  const next = nextOf(task.phase);
  const activity = activityOf(held);
  return {
    id: spec.id,
    name: spec.name,
    agent: spec.agent,
    state: task.phase.state,
    since: iso(task.since),
    createdAt: iso(spec.createdAt),
    summary: summaryOf(held),
    attempt: task.attempt,
    maxAttempts: spec.policy.maxAttempts,
    ...(next ? { next: { what: next.what, at: iso(next.at) } } : {}),
    labels: [...spec.labels],
    cwd: spec.cwd,
    session: spec.session,
    tokens,
    ...(costUsd === undefined ? {} : { costUsd }),
    ...(activity ? { activity } : {}),
    ...questionOf(task.phase),
    ...failureOf(task.phase),
    tools,
    denied: task.denied || (seen?.progress.denied ?? 0),
    ...(agent.deniesUntold ? { deniedIsLeast: true } : {}),
    ...(task.exitStatus === undefined ? {} : { exitStatus: task.exitStatus }),
  };
}

/** What all attempts have used: of those that have ended the journal knows it, of the present one the last look. */
function usageOf({ task, seen }: Held): Usage {
  const isPresent = seen !== undefined && seen.attempt === task.attempt;
  return usedBy(isPresent ? tallied(task.used, task.attempt, shareOf(seen.progress, 0)) : task.used);
}

function nextOf(phase: Phase): { readonly what: string; readonly at: number } | undefined {
  if (phase.state === 'backing-off') return { what: 'resume', at: phase.retryAt };
  if (phase.state === 'rate-limited') return { what: 'resume', at: phase.until };
  if (phase.state === 'stopping') return { what: 'kill', at: phase.killAt };
  return undefined;
}

/** What may be answered to a task that was given up. */
export const GO_ON: readonly string[] = ['yes', 'no'];

function questionOf(phase: Phase): Pick<TaskRow, 'question'> {
  if (phase.state === 'waiting-input') return { question: { text: phase.question, choices: [...phase.choices] } };
  const asks = phase.state === 'gave-up' && phase.question !== undefined;
  return asks ? { question: { text: phase.question, choices: [...GO_ON] } } : {};
}

/** Of the present attempt, while it may live. */
function activityOf({ seen, spec, task }: Held): TaskRow['activity'] {
  if (seen?.attempt !== task.attempt || !mayLive(task.phase)) return undefined;
  const { progress, lastSignAt, bornAt } = seen;
  const open = progress.openTools.at(-1);
  const since = open ? open.since : (lastSignAt ?? bornAt);
  const tool = toolText(open);
  const doing = doingOf(seen, task.phase);
  return {
    turn: progress.turn,
    ...(doing === undefined ? {} : { doing }),
    ...(tool === undefined ? {} : { tool }),
    ...(since === undefined ? {} : { since: iso(since) }),
    ...(lastSignAt === undefined ? {} : { lastSignAt: iso(lastSignAt) }),
    suspicious: isSuspicious({ ...seen, at: Date.now() }, spec.policy),
  };
}

/** Agents tell of a thought, as of a message, when it is over: what they do in between is known by what they do not. */
function doingOf({ progress, health }: Observation, phase: Phase): NonNullable<TaskRow['activity']>['doing'] {
  if (phase.state === 'waiting-input' || progress.waitsFor?.type === 'provider') return 'waiting';
  if (progress.openTools.length > 0 || (health?.tree.tools ?? 0) > 0) return 'tool'; // some tell of a call at its end only
  return progress.turn === 'open' ? 'thinking' : undefined;
}

const toolText = (open: OpenTool | undefined): string | undefined => open && `${open.tool}: ${open.what}`.slice(0, 300);

function summaryOf({ task, seen, trouble }: Held): string {
  const { phase } = task;
  if (trouble !== undefined) return `cannot ${mayLive(phase) ? 'be looked at' : 'go on'}: ${trouble}`;
  if ('why' in phase) return phase.why;
  if ('question' in phase) return phase.question;
  if (phase.state === 'pending') return 'waits for a free place';
  if (seen === undefined && (phase.state === 'running' || phase.state === 'stalled')) return 'not looked at yet'; // a daemon has just begun
  const { openTools = [], lastMessage, waitsFor } = seen?.progress ?? {};
  const detached = task.detached ? 'budget spent, left alone · ' : '';
  const waits = waitsFor?.type === 'provider' ? `waits for the provider: ${waitsFor.message}` : undefined;
  const doing = waits ?? toolText(openTools.at(-1)) ?? lastMessage?.split('\n', 1)[0] ?? '';
  return `${detached}${doing}`.slice(0, 300);
}

/** Everything about one task. */
export async function detailOf(
  held: Held,
  { store, tmuxWords }: Pick<Reading, 'store' | 'tmuxWords'>,
): Promise<TaskDetail> {
  const { spec, task, dir, seen } = held;
  const [environment, entries] = await Promise.all([store.environmentOf(held).catch(damaged), held.journal.entries()]);
  return {
    ...rowOf(held),
    ...(spec.model === undefined ? {} : { model: spec.model }),
    permissions: spec.permissions,
    driver: driverOf(spec),
    ...(task.conversation === undefined ? {} : { conversation: task.conversation }),
    prompt: spec.prompt,
    budget: { ms: spec.policy.budgetMs, spentMs: Math.round(task.spentMs) },
    ...(seen?.progress.lastMessage === undefined ? {} : { lastMessage: seen.progress.lastMessage }),
    directory: dir,
    attachCommand: `${tmuxWords.join(' ')} attach-session -t =${spec.session}`,
    environment: Object.keys(environment),
    attempts: attemptsIn(entries),
    ...(isFinal(task.phase) ? { verdict: { state: task.phase.state, evidence: evidenceOf(held) } } : {}),
    followUps: followUpsOf(spec, task),
    resultFile: join(dir, 'result.md'),
  };
}

/** The next launch says so; until then everything else can be shown. */
function damaged(error: unknown): Record<string, string> {
  if (error instanceof LaunchError) return {};
  throw error;
}

/** Each attempt as the journal tells it. */
function attemptsIn(entries: readonly Entry[]): TaskDetail['attempts'] {
  const found = new Map<number, TaskDetail['attempts'][number]>();
  for (const entry of entries) {
    if (!('attempt' in entry.happening)) continue;
    const { attempt } = entry.happening;
    found.set(attempt, { ...(found.get(attempt) ?? { attempt }), ...factsOf(entry) });
  }
  return [...found.values()];
}

function factsOf({ at, happening, task: { phase } }: Entry): Partial<TaskDetail['attempts'][number]> {
  const end = { endedAt: iso(at), ...('why' in phase ? { cause: phase.why } : {}) };
  switch (happening.type) {
    case 'planned':
      return { kind: happening.kind };
    case 'claimed':
    case 'foundAlive':
      return { startedAt: iso(happening.bornAt) };
    case 'exited':
      return { ...end, exitStatus: happening.status };
    case 'provedDead':
    case 'launchFailed':
      return end;
    default:
      return {};
  }
}

/** What a verdict rests on, a witness a line. */
export function evidenceOf({ task, seen, agent }: Held): string[] {
  const { exit, progress, claim } = seen ?? {};
  return [
    ...('why' in task.phase ? [task.phase.why] : []),
    exit ? `exit record: status ${exit.status}` : 'no exit record',
    ...(progress ? [`the agent's own events: turn ${progress.turn}, ${progress.events} events`] : []),
    ...(progress?.failure ? [`failure (${progress.failure.kind}): ${progress.failure.message}`] : []),
    ...(claim ? [`claim of attempt ${task.attempt}: ${claim}`] : []),
    ...(task.denied > 0 ? [`${deniedText(task.denied, agent.deniesUntold)} tool calls were denied`] : []),
  ];
}
