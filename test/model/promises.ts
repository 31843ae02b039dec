import type { Entry } from '../../src/daemon/journal.ts';
import { step } from '../../src/domain/machine.ts';
import { checkpointMs, type Policy, resumeDelay } from '../../src/domain/policy.ts';
import type { Progress } from '../../src/domain/progress.ts';
import { isFinal, type Phase, type Task } from '../../src/domain/task.ts';
import type { World } from './world.ts';

/** What is known of one life of an agent. */
interface Life {
  /** Was asked to resume this conversation. */
  readonly asked?: string | undefined;
  readonly exit?: { readonly status: number } | undefined;
  readonly progress: Pick<Progress, 'turn' | 'conversation'>;
}

/** What a journal is held against: the simulated world, or what a real one left on its disk. */
export interface Evidence {
  /** The attempts that nobody can begin any more. */
  readonly claims: { readonly has: (attempt: number) => boolean };
  readonly lives: { readonly get: (attempt: number) => Life | undefined };
  readonly expect: (holds: boolean, promise: string) => void;
}

const WAITING = ['backing-off', 'rate-limited'];

/** What every line of a journal keeps, seen from the line before. */
export function checkLine(world: Evidence, policy: Policy, before: Entry, entry: Entry): void {
  checkOrder(world, before, entry);
  checkCounters(world, policy, before, entry);
  checkCharged(world, policy, before, entry);
  checkReplay(world, policy, before, entry);
  const { at, happening, task } = entry;
  const from = before.task.phase.state;
  const to = task.phase.state;
  if (to === 'backing-off' && from !== to) checkDelay(world, policy, task, at);
  if (happening.type === 'lingered') checkSuccess(world, task, false);
  else if (to === 'succeeded' && from !== 'stopping') checkSuccess(world, task, true);
}

function checkOrder(world: Evidence, { task: was }: Entry, { happening, task }: Entry): void {
  const arrow = `${was.phase.state} --> ${task.phase.state}: ${happening.type}`;
  const next = task.attempt === was.attempt || task.attempt === was.attempt + 1;
  world.expect(next, `I2: attempt ${was.attempt} then ${task.attempt}`);
  const passedOver = task.attempt > was.attempt && was.attempt > 0 && !world.claims.has(was.attempt);
  world.expect(!passedOver, `I2: attempt ${was.attempt} was passed over and can still begin`);
  const moves = was.phase.state !== task.phase.state;
  world.expect(!isFinal(was.phase) || !moves || happening.type === 'retryRequested', `I3: ${arrow}`);
  world.expect(task.seq > was.seq || !moves, `${arrow} was not counted`);
  const stale = 'attempt' in happening && happening.attempt !== was.attempt;
  world.expect(!stale, `I11: a word of another attempt: ${arrow}`);
}

function checkCounters(world: Evidence, policy: Policy, { task: was }: Entry, { happening, task }: Entry): void {
  const from = was.phase.state;
  const ticked = happening.type === 'ticked';
  const spent = was.tries - (was.spared ?? 0) >= policy.maxAttempts || task.spentMs >= policy.budgetMs;
  const resumed = ticked && WAITING.includes(from) && task.phase.state === 'resuming';
  world.expect(!resumed || !spent, `I6: resumed from ${from} with all spent`);
  const livedMs = task.spentMs - (was.spentAtBirth ?? task.spentMs); // what the clock says may have jumped
  const stable = ticked && from === 'running' && livedMs >= policy.stableAfterMs;
  const forgiven = stable || (isFinal(was.phase) && happening.type === 'retryRequested');
  world.expect(task.fails >= was.fails || forgiven, `I7: ${was.fails} failures, then ${task.fails}: ${happening.type}`);
}

const MINUTE = 60_000;
const CHARGED = ['starting', 'resuming', 'running', 'waiting-input', 'stalled', 'lost', 'backing-off', 'stopping'];

/** The time between two lines is charged, whatever ended it: all of it, or at least the most that one gap may cost. */
function checkCharged(world: Evidence, { strictBudget }: Policy, { at: from, task: was }: Entry, entry: Entry): void {
  if (strictBudget || !CHARGED.includes(was.phase.state) || was.tickedAt !== from) return; // else the clock was set back
  const least = Math.min(entry.at - from, MINUTE);
  const charged = entry.task.spentMs - was.spentMs;
  world.expect(charged >= least, `P9: ${least} ms as ${was.phase.state}, ${charged} charged: ${entry.happening.type}`);
}

const COUNTED = ['attempt', 'tries', 'spared', 'fails', 'fastDeaths', 'run', 'conversation'] as const;

/** The line can be decided again from the line before: the same comes out. Only time is charged between the lines. */
function checkReplay(
  world: Evidence,
  policy: Policy,
  { task: was }: Entry,
  { at, happening, task }: Pick<Entry, 'at' | 'happening' | 'task'>,
): void {
  if (happening.type === 'accepted' || happening.type === 'ticked') return;
  const [again] = step({ ...was, spentMs: task.spentMs, tickedAt: at }, happening, at, policy);
  const counted = COUNTED.every((name) => again[name] === task[name]);
  const replays = counted && JSON.stringify(again.phase) === JSON.stringify(task.phase);
  if (!replays) world.expect(false, `I8: ${JSON.stringify(task)} replays as ${JSON.stringify(again)}`);
}

function checkDelay(world: Evidence, policy: Policy, { phase, fails, spentMs }: Task, at: number): void {
  if (phase.state !== 'backing-off') return;
  const plain = resumeDelay(fails, { ...policy, jitter: 0 }, '');
  const wait = phase.retryAt - at;
  const within = wait >= plain * (1 - policy.jitter) - 1 && wait <= plain * (1 + policy.jitter) + 1;
  const last = wait === policy.budgetMs - spentMs - policy.baseMs && wait < plain * (1 + policy.jitter); // then the budget would end in it
  world.expect(wait === 0 || within || last, `I10: ${wait} ms after ${fails} failures`);
}

/** Proven by its exit and its final event; by the latter alone where it stayed after that and is ended for it. */
function checkSuccess(world: Evidence, { attempt }: Task, left: boolean): void {
  const life = world.lives.get(attempt);
  const strayed = life?.asked !== undefined && life.progress.conversation !== life.asked;
  const proven = (!left || life?.exit?.status === 0) && life?.progress.turn === 'ended' && !strayed;
  world.expect(proven, `P4: attempt ${attempt} is called a success`);
}

/** P9: no agent is called silent or hung that had less time to say something, as somebody who lived through it counts. */
export function checkSilence(world: World, policy: Policy, { happening }: Entry): void {
  const needed =
    happening.type === 'fellSilent' && happening.silentMs !== undefined
      ? policy.stalledAfterMs
      : happening.type === 'hung' && happening.proof.startsWith('nothing written')
        ? policy.hangAfterMs
        : undefined;
  if (needed === undefined || !('attempt' in happening)) return;
  const { saidAt = 0 } = world.lives.get(happening.attempt) ?? {};
  const silentMs = world.passed - saidAt;
  world.expect(silentMs >= needed, `P9: ${happening.type} after ${silentMs} ms`);
}

/** What holds whenever nothing is going on. */
export function checkRest(world: World, policy: Policy, task: Task, onDisk: Task): void {
  const { phase, attempt } = task;
  world.expect(world.living.length <= 1, `I1: ${world.living.length} agents live`);
  if (isFinal(phase) || WAITING.includes(phase.state)) {
    world.expect(attempt === 0 || world.claims.has(attempt), `${phase.state}, and attempt ${attempt} can still begin`);
    world.expect(world.living.length === 0, `${phase.state}, and attempt ${world.living[0]?.attempt} lives`);
  }
  world.expect(task === onDisk || same(task, onDisk), 'I8: memory and disk differ');
  world.expect(
    Math.min(task.spentMs, policy.budgetMs) - onDisk.spentMs < checkpointMs(policy) + 60_000,
    'I8: more than a checkpoint of budget is not on disk',
  );
  // a jump is charged like the longest wait between two ticks, not like the time that it pretends
  const lived = world.passed + (world.jumps + 1) * 60_000;
  world.expect(policy.strictBudget || task.spentMs <= lived, `P9: ${task.spentMs} ms were charged, ${lived} lived`);
  checkWayOut(world, policy, task);
}

/** But for the time that is charged: that is written down now and then. What was not touched is the very same object. */
function same(one: Task, other: Task): boolean {
  const names = Object.keys({ ...one, ...other }) as (keyof Task)[]; // a task has no others
  return names.every((name) => {
    if (name === 'spentMs' || name === 'tickedAt' || one[name] === other[name]) return true;
    return JSON.stringify(one[name]) === JSON.stringify(other[name]);
  });
}

/** Each wait has an end that is not too far away; a clock that is set back is noticed with the next tick. */
function checkWayOut(world: World, policy: Policy, { phase }: Task): void {
  const [deadline, most] = deadlineOf(phase, policy);
  world.expect(deadline - world.now <= most + 61_000, `I5: ${phase.state} until ${deadline}`);
}

function deadlineOf(phase: Phase, policy: Policy): readonly [deadline: number, most: number] {
  switch (phase.state) {
    case 'starting':
    case 'resuming':
      return [phase.claimBy, policy.claimWithinMs];
    case 'backing-off':
      return [phase.retryAt, policy.capMs * (1 + policy.jitter)];
    case 'rate-limited':
      return [phase.until, 2 * policy.rateWaitMaxMs]; // the provider's time: a clock that is set back makes it longer
    case 'stopping':
      return [phase.killAt, policy.killGraceMs];
    default:
      return [0, 0];
  }
}
