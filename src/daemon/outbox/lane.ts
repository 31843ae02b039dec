import { setTimeout as pause } from 'node:timers/promises';
import { folded, foldKey, tasksOf } from '../../domain/fold.ts';
import type { Notice } from '../../domain/notice.ts';
import type { Letter, Notifier, Sending } from '../../domain/notifier.ts';
import { isUrgent } from '../../domain/notifier.ts';
import { placeOf, type Route } from '../../domain/route.ts';
import { type Choice, choose, chooseFolded, type Rules, type Waiting } from './choose.ts';
import type { Delivery, OutboxRecord } from './record.ts';
import { expiryOf, quietUntil, waitAfter } from './schedule.ts';
import { trySending } from './try-sending.ts';

/** What a lane is built from. */
export interface LaneParts {
  readonly notifier: Notifier;
  readonly rules: Rules;
  readonly now: () => number;
  /** Writes down how far a delivery is. */
  readonly keep: (record: OutboxRecord, delivery: Delivery) => Promise<void>;
}

/** A sign of life: kept in memory only, for it is worth nothing after a crash. */
interface Beat {
  readonly notice: Notice;
  readonly route?: Route;
}

const AT_ONCE = 4;
const BEAT_LIFE_MS = 60_000;

/** Everything on its way to one notifier. A lane that is stuck holds up no other, and no task. */
export class Lane {
  readonly #parts: LaneParts;
  readonly #known = new WeakSet<OutboxRecord>();
  readonly #waiting = new Set<OutboxRecord>();
  readonly #beats = new Map<string, Beat>();
  readonly #busy = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #lastAt = new Map<string, number>();
  readonly #handles = new Map<string, string>();
  #gone = false;
  /** What keeps it from sending just now. */
  trouble: string | undefined;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  get notifier(): Notifier {
    return this.#parts.notifier;
  }

  /** A record that it has, or has had, is no news. All that waits is looked through once, however many are added. */
  add(records: readonly OutboxRecord[]): void {
    for (const record of records) if (!this.#known.has(record)) this.#take(record);
    this.pump();
  }

  #take(record: OutboxRecord): void {
    this.#known.add(record);
    if (this.#gone) return void this.#settle(record, { state: 'refused', why: 'its address is gone' });
    this.#waiting.add(record);
    if (record.notice.task.over) this.#forget(record.notice.task.id);
  }

  /** The newest sign of life of a task; the one before it, if it is still here, is stale. */
  beat(beat: Beat): void {
    this.#beats.set(beat.notice.task.id, beat);
    this.pump();
  }

  /** Begins nothing any more, and comes back when nothing is on its way. What it has not sent waits for another. */
  async leave(): Promise<void> {
    this.#gone = true;
    this.#waiting.clear();
    this.#beats.clear();
    await Promise.all(this.#underWay);
  }

  /** Sends whatever may go now, a few at a time, one for each task. */
  pump(): void {
    const at = this.#parts.now();
    for (const [group, waiting] of this.#groups(at)) {
      if (this.#isFull() || this.#busy.has(group)) continue;
      const chosen = group.includes('/') ? chooseFolded : choose; // no task's id has a slash
      const choice = chosen(waiting, this.#parts.rules, { at, lastAt: this.#lastAt.get(group) });
      if (choice) this.#begin(group, () => this.#deliver(choice, at));
    }
    for (const [task, beat] of this.#beats) {
      if (this.#isFull() || this.#busy.has(task)) continue;
      this.#beats.delete(task);
      const stale = at - beat.notice.at > BEAT_LIFE_MS || quietUntil(this.#parts.rules.quietHours, at) !== undefined;
      if (!stale) this.#begin(task, () => this.#pulse(task, beat));
    }
  }

  #isFull(): boolean {
    return this.#gone || this.#busy.size >= (this.notifier.gapMs > 0 ? 1 : AT_ONCE);
  }

  #forget(task: string): void {
    this.#beats.delete(task);
    this.#handles.delete(task);
  }

  /** A task by itself; but what befalls many tasks is told once, in a conversation of what belongs to it. */
  #groupOf({ notice, route }: OutboxRecord): string {
    const { audience, folds } = this.notifier;
    const key = foldKey(notice, folds);
    if (key === undefined) return notice.task.id;
    return audience === 'conversation' && route ? `${key}/${placeOf(route)}` : key;
  }

  #groups(at: number): ReadonlyMap<string, readonly Waiting[]> {
    const groups = new Map<string, Waiting[]>();
    for (const record of this.#waiting) {
      const delivery = this.#of(record);
      const group = this.#groupOf(record);
      if (!delivery || this.#busy.has(group)) continue;
      if (expiryOf(record.notice) <= at) void this.#settle(record, { state: 'expired' });
      else groups.get(group)?.push({ record, delivery }) ?? groups.set(group, [{ record, delivery }]);
    }
    return groups;
  }

  #of({ deliveries }: OutboxRecord): Delivery | undefined {
    return deliveries.find(({ notifier }) => notifier === this.notifier.name);
  }

  #begin(group: string, work: () => Promise<void>): void {
    const done = this.#occupied(group, work).finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  async #occupied(task: string, work: () => Promise<void>): Promise<void> {
    this.#busy.add(task);
    try {
      await work();
      if (this.notifier.gapMs > 0) await pause(this.notifier.gapMs, undefined, { ref: false });
    } finally {
      this.#busy.delete(task);
    }
    this.pump();
  }

  async #deliver({ carrier, merged }: Choice, at: number): Promise<void> {
    const { record, delivery } = carrier;
    const { notice } = record;
    const group = this.#groupOf(record);
    const isFold = group !== notice.task.id;
    const letter = this.#letter(carrier, isFold ? [] : merged);
    const sending = await trySending(
      this.notifier,
      isFold && merged.length > 0 ? foldedLetter(letter, merged) : letter,
    );
    await this.#conclude(carrier, sending, delivery.tries + 1);
    if (sending.result !== 'sent') return;
    for (const { record: along } of merged)
      await this.#settle(along, { state: 'merged', why: `told with ${notice.id}` });
    if (isFold || !isUrgent(notice)) this.#lastAt.set(group, at);
  }

  #letter({ record: { notice, route }, delivery: { done } }: Waiting, merged: readonly Waiting[]): Letter {
    const { hushHours } = this.#parts.rules;
    return {
      ...(done === undefined ? {} : { done }),
      notice,
      earlier: merged.map(({ record }) => record.notice),
      silent:
        (!isUrgent(notice) && notice.kind !== 'crashed') || quietUntil(hushHours, this.#parts.now()) !== undefined,
      ...(route ? { route } : {}),
    };
  }

  async #conclude({ record }: Waiting, sending: Sending, tries: number): Promise<void> {
    switch (sending.result) {
      case 'sent': {
        const wasDown = this.trouble !== undefined;
        this.trouble = sending.remark;
        await this.#settle(record, { state: 'sent', tries, ...(sending.remark ? { why: sending.remark } : {}) });
        if (wasDown) await this.hurry();
        return;
      }
      case 'later': {
        this.trouble = sending.why;
        const wait = Math.max(sending.afterMs ?? 0, waitAfter(tries, this.notifier.capMs, Math.random()));
        const { done } = sending;
        const nextAt = this.#parts.now() + wait;
        await this.#change(record, { tries, nextAt, why: sending.why, ...(done === undefined ? {} : { done }) });
        return;
      }
      case 'gone':
        this.#gone = true;
        for (const other of this.#waiting)
          if (other !== record) await this.#settle(other, { state: 'refused', why: sending.why });
        break;
      case 'refused':
        break;
      default:
        sending satisfies never;
    }
    this.trouble = sending.why;
    await this.#settle(record, { state: 'refused', tries, why: sending.why });
  }

  /** It answers again, or has another address: what waits need not wait for its own time. */
  async hurry(): Promise<void> {
    for (const record of this.#waiting) await this.#change(record, { nextAt: 0 });
  }

  async #settle(record: OutboxRecord, change: Partial<Delivery>): Promise<void> {
    this.#waiting.delete(record);
    await this.#change(record, { ...change, settledAt: this.#parts.now() });
  }

  async #change(record: OutboxRecord, change: Partial<Delivery>): Promise<void> {
    const delivery = this.#of(record);
    if (delivery) await this.#parts.keep(record, { ...delivery, ...change });
  }

  async #pulse(task: string, { notice, route }: Beat): Promise<void> {
    const handle = this.#handles.get(task);
    const letter = { notice, earlier: [], silent: true, ...(route ? { route } : {}), ...(handle ? { handle } : {}) };
    const sending = await trySending(this.notifier, letter, 0);
    if (sending.result === 'sent' && sending.handle !== undefined) this.#handles.set(task, sending.handle);
    if (sending.result === 'refused') this.#handles.delete(task); // the message may have been deleted: begin another
    if (sending.result === 'gone') this.#gone = true;
  }
}

/** Nothing of it is done already: an earlier try may have told of fewer tasks. */
function foldedLetter({ done: _, ...letter }: Letter, merged: readonly Waiting[]): Letter {
  const all = merged.map(({ record }) => record.notice);
  const tasks = tasksOf([letter.notice, ...all]);
  return { ...letter, notice: folded([letter.notice, ...all]), ...(tasks.length > 1 ? { folded: tasks } : {}) };
}
