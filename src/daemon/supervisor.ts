import { isTelling } from '../domain/circle.ts';
import type { Subject } from '../domain/driver.ts';
import type { Happening } from '../domain/happening.ts';
import { step } from '../domain/machine.ts';
import type { Step } from '../domain/notice.ts';
import { isCheckpointDue } from '../domain/policy.ts';
import { diagnose } from '../domain/signal.ts';
import { isFinal, mayLive, type Task } from '../domain/task.ts';
import { onlyCharged } from '../domain/time.ts';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { conversations } from './conversations.ts';
import { eachInTurn } from './each-in-turn.ts';
import { mustBeAble, perform, subjectOf } from './effects.ts';
import type { Held } from './held.ts';
import { isCalm, lookAt } from './look.ts';
import { movement } from './movement.ts';
import type { Parts } from './parts.ts';
import { mayTry, stuckLast, taken } from './places.ts';
import { writeResult } from './result.ts';
import { awhile } from './ticking.ts';

/** Rounds that one look may take: it leads to a few happenings at most, and more would be a circle. */
const MOST_PER_LOOK = 20;

/** Runs the four beats, each task by itself: one task's trouble is its own. */
export class Supervisor {
  readonly #parts: Parts;
  readonly #tasks = new Map<string, Held>();
  readonly #eachInTurn = eachInTurn<Held>();
  readonly #turns = movement();
  readonly #writes = movement();
  readonly #looking = new Set<string>();
  readonly #beginning = new Set<string>();
  readonly #checkpoints = new Map<string, number>();
  readonly #conversations = conversations();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get tasks(): readonly Held[] {
    return [...this.#tasks.values()];
  }

  /** For so long nothing that is done to tasks has come to its end, or nothing that is written down. */
  get stillMs(): number {
    return Math.max(this.#turns.stillMs(), this.#writes.stillMs());
  }

  /** Takes a task over, new or found on disk. */
  add(held: Held): void {
    this.#tasks.set(held.spec.id, held);
    this.#checkpoints.set(held.spec.id, held.task.spentMs);
    this.#conversations.note(held);
  }

  remove(held: Held): void {
    for (const memory of [this.#tasks, this.#checkpoints]) memory.delete(held.spec.id);
    this.#conversations.forget(held);
  }

  /** Goes on where an earlier daemon ended: what was decided but perhaps not done is found out or done again. */
  async readopt(held: Held): Promise<void> {
    const { phase, attempt } = held.task;
    if (phase.state === 'starting' || phase.state === 'resuming')
      await this.tell(held, { type: 'vanished', attempt, cause: 'daemon' });
    else if (phase.state === 'stopping')
      await this.turn(held, async () => {
        if (held.task.phase === phase) await this.#perform(held, { do: 'terminate', attempt });
      });
    await this.look(held);
  }

  /** Tells a task what has happened to it, and what follows from that; its new state comes back. `mayStill` throws where others were faster. */
  async tell(held: Held, happening: Happening, mayStill?: (task: Task) => void): Promise<Task> {
    return await this.turn(held, async () => {
      if (this.#tasks.get(held.spec.id) !== held)
        throw new Refusal(EXIT.noSuchTask, `${held.spec.name} has just been forgotten: it can only be started anew`);
      mayStill?.(held.task);
      await this.#apply(held, happening, this.#parts.now());
      return held.task;
    });
  }

  /** Does this to a task in its turn: nothing else befalls it meanwhile. */
  turn<T>(held: Held, work: () => Promise<T>): Promise<T> {
    return this.#turns(() => this.#eachInTurn(held, work));
  }

  /** Does this to a task if it has ended, and is not brought back before its turn: nothing else befalls it meanwhile. */
  async onceEnded(held: Held, deed: (subject: Subject) => Promise<unknown>): Promise<void> {
    await this.turn(held, async () => isFinal(held.task.phase) && (await deed(subjectOf(held))));
  }

  /** Looks at a task soon; several wishes before it is looked at are one. */
  async look(held: Held): Promise<void> {
    if (this.#looking.has(held.spec.id) || isFinal(held.task.phase)) return;
    this.#looking.add(held.spec.id);
    await this.turn(held, async () => {
      this.#looking.delete(held.spec.id);
      await this.#look(held);
    }).catch((error: unknown) => this.#troubled(held, error));
  }

  /** Looks at a task and decides nothing: for who asks what there is to be seen. */
  async see(held: Held): Promise<void> {
    const { driver, clockJump } = this.#parts;
    await this.turn(held, async () => {
      held.undecided = await lookAt(held, driver, clockJump);
      if (isFinal(held.task.phase)) driver.release(held);
    });
  }

  /** Looks at a task by its id: a hint from outside, perhaps about a task that is gone by now. */
  hint(id: string): void {
    const held = this.#tasks.get(id);
    if (held) void this.look(held);
  }

  /** Finds everything that no hint told. A calm task is only told the time, where that may matter. What takes longer than this goes on by itself. */
  async tick(mostMs: number): Promise<void> {
    const { driver, now } = this.#parts;
    const at = now();
    const looks = stuckLast(this.tasks).map((held) =>
      isCalm(held, driver, at) ? this.#pass(held, at) : this.look(held),
    );
    await awhile(Promise.all(looks), mostMs);
  }

  async #pass(held: Held, at: number): Promise<void> {
    const charged = onlyCharged(held.task, at, held.spec.policy);
    // Out of turn: whose turn it is may undo that, and it is charged at the next tick.
    if (charged && !this.#worthWriting(held, charged)) held.task = charged;
    else
      await this.turn(held, () => this.#apply(held, { type: 'ticked' }, this.#parts.now())).catch((error: unknown) =>
        this.#troubled(held, error),
      );
  }

  async #look(held: Held): Promise<void> {
    for (let rounds = 0; rounds < MOST_PER_LOOK; rounds++) {
      const before = held.task;
      if (mayLive(held.task.phase)) {
        const seen = await lookAt(held, this.#parts.driver, this.#parts.clockJump);
        const checked = (says: Happening) => this.#conversations.checked(held, says);
        const known = { agent: held.agent, policy: held.spec.policy, checked };
        const happening = diagnose(this.#parts.signals, seen, held.task, known);
        if (happening) await this.#apply(held, happening, seen.at);
      } else if (held.task.phase.state === 'pending') {
        await this.#inSlot(held, { type: 'admitted' });
      }
      if (held.task.phase === before.phase) await this.#tell(held);
      delete held.trouble;
      if (held.task.seq === before.seq) return;
    }
    this.#parts.log.error({ task: held.spec.id, event: 'circle' }, 'a task changes without end');
  }

  /** Tells the time. It alone ends a wait, but who shares a quota waits for the first to try, and who begins needs a place. */
  async #tell(held: Held): Promise<void> {
    const { phase } = held.task;
    const at = this.#parts.now();
    const due =
      phase.state === 'rate-limited' ? phase.until : phase.state === 'backing-off' ? phase.retryAt : undefined;
    if (due === undefined || at < due) return await this.#apply(held, { type: 'ticked' }, at);
    if (!mayTry(held, this.tasks, at)) return;
    await this.#inSlot(held, { type: 'ticked' });
  }

  /** Applies what makes an attempt begin, where fewer are at work than may be; taken at once, so that two never get the last place. */
  async #inSlot(held: Held, happening: Happening): Promise<void> {
    const at = this.#parts.now();
    const begins = happening.type === 'admitted';
    if (taken(this.tasks, this.#beginning, begins, at) >= this.#parts.maxConcurrent) return;
    this.#beginning.add(held.spec.id);
    try {
      await mustBeAble(this.#parts.driver);
      await this.#apply(held, happening, at);
    } finally {
      this.#beginning.delete(held.spec.id);
    }
  }

  /** Decides, writes down, then acts: nothing is done that is not on disk. */
  async #apply(held: Held, happened: Happening, at: number): Promise<void> {
    const happening = isTelling(held.task, happened)
      ? { ...happened, trace: await this.#parts.survey(held) }
      : happened;
    const [next, ...effects] = step(held.task, happening, at, held.spec.policy);
    // Before the end is told, on disk or to anybody: who hears of it finds the result, whenever we die.
    if (isFinal(next.phase) && !isFinal(held.task.phase))
      await writeResult({ ...held, task: next }, this.#parts.environment, at);
    if (this.#worthWriting(held, next)) {
      const entry = { epoch: this.#parts.epoch, at, happening, task: next };
      await this.#writes(() => held.journal.append(entry));
      this.#checkpoints.set(held.spec.id, next.spentMs);
      const { attempt, phase } = next; // no more than this: what an agent says may hold secrets
      this.#parts.log.info({ task: held.spec.id, event: happening.type, attempt, state: phase.state }, happening.type);
    }
    const before = held.task;
    const changed = next.seq !== before.seq;
    held.task = next;
    if (isFinal(next.phase)) delete held.trouble; // it was written down after all, and is not looked at any more
    this.#conversations.note(held);
    if (changed) this.#parts.changed();
    if (changed) await this.#announce(held, { spec: held.spec, before, after: next, happening, at });
    for (const effect of effects) await this.#perform(held, effect);
  }

  async #perform(held: Held, effect: Parameters<typeof perform>[0]): Promise<void> {
    const { driver, now, changes, survey } = this.#parts;
    const note = (happening: Happening) => this.#apply(held, happening, now());
    const done = perform(effect, held, driver, { note, changes, survey });
    const consequence = await (effect.do === 'conclude' ? done.catch(this.#unconcluded(held)) : done);
    if (consequence) await this.#apply(held, consequence, now());
  }

  /** The verdict is on disk, and nothing is decided any more that could be troubled: the next daemon ends what was left alive. */
  #unconcluded({ spec }: Held): (err: unknown) => undefined {
    return (err) => {
      this.#parts.log.error(
        { task: spec.id, event: 'unconcluded', err },
        'what is kept or ended after the end was not',
      );
    };
  }

  /** What cannot be told is our trouble, not the task's. */
  async #announce(held: Held, step: Step): Promise<void> {
    await this.#parts.tell?.(held, step).catch((err: unknown) => {
      this.#parts.log.error({ task: held.spec.id, event: 'untold', err }, 'a notice could not be made');
    });
  }

  #worthWriting({ spec, task }: Held, next: Task): boolean {
    const redated = next.since !== task.since; // the clock was set back
    if (next.seq !== task.seq || next.phase !== task.phase || redated) return true;
    return isCheckpointDue(this.#checkpoints.get(spec.id) ?? 0, next.spentMs, spec.policy);
  }

  /** What stays as it is is logged once: every tick would say it again. */
  #troubled(held: Held, error: unknown): void {
    const before = held.trouble;
    held.trouble = error instanceof Error ? error.message : String(error);
    if (held.trouble === before) return;
    this.#parts.log.error({ task: held.spec.id, event: 'troubled', err: error }, 'a look at a task failed');
  }
}
