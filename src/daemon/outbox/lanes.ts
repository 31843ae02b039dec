import type { Notice } from '../../domain/notice.ts';
import type { Notifier } from '../../domain/notifier.ts';
import type { Spec } from '../../domain/task.ts';
import { Lane, type LaneParts } from './lane.ts';
import { hushFor, isAlike, quietFor, type Recipient, wants } from './recipients.ts';
import type { OutboxRecord } from './record.ts';

/** One lane for each recipient; who the recipients are may change at any time. */
export class Lanes {
  readonly #parts: Pick<LaneParts, 'now' | 'keep'>;
  #each: readonly { readonly recipient: Recipient; readonly lane: Lane }[];
  #leaving: Promise<unknown> = Promise.resolve();

  constructor(recipients: readonly Recipient[], parts: Pick<LaneParts, 'now' | 'keep'>) {
    this.#parts = parts;
    this.#each = recipients.map((recipient) => ({ recipient, lane: this.#laneFor(recipient) }));
  }

  get recipients(): readonly Recipient[] {
    return this.#each.map(({ recipient }) => recipient);
  }

  /** The notifiers at work, which remember: where settings have not changed, those from before. */
  get notifiers(): readonly Notifier[] {
    return this.#each.map(({ lane }) => lane.notifier);
  }

  get problems(): readonly string[] {
    return this.#each.flatMap(({ lane: { notifier, trouble } }) =>
      trouble === undefined ? [] : [`notifier ${notifier.name}: ${trouble}`],
    );
  }

  #laneFor({ notifier, settings, quietHours }: Recipient): Lane {
    const rules = {
      quietHours: quietFor(notifier, settings, quietHours),
      hushHours: hushFor(notifier, quietHours),
      minIntervalMs: (settings.minIntervalSeconds ?? 0) * 1000,
    };
    return new Lane({ notifier, rules, ...this.#parts });
  }

  /** Puts notices into the lane of each delivery that is still to be made. */
  enqueue(records: readonly OutboxRecord[]): void {
    for (const { lane } of this.#each) lane.add(records.filter((record) => isFor(record, lane.notifier)));
  }

  /** Replaces the recipients; a lane whose settings have not changed stays. What has waited in the others is taken from `records` when they have come to their end. */
  readdress(next: readonly Recipient[], records: () => readonly OutboxRecord[]): void {
    const before = this.#each;
    const kept = (recipient: Recipient) => before.find((each) => isAlike(each.recipient, recipient))?.lane;
    this.#each = next.map((recipient) => ({ recipient, lane: kept(recipient) ?? this.#laneFor(recipient) }));
    const lanes = this.#each.map(({ lane }) => lane);
    const left = before.flatMap(({ lane }) => (lanes.includes(lane) ? [] : [lane.leave()]));
    // First the letters that are being sent get their answer: nobody is to have one twice.
    const mine = Promise.all([this.#leaving, ...left]);
    this.#leaving = mine;
    void mine.then(async () => {
      if (this.#leaving !== mine) return; // whoever came later does it
      this.enqueue(records());
      for (const lane of lanes.filter((each) => before.every((one) => one.lane !== each))) {
        await lane.hurry();
        lane.pump();
      }
    });
  }

  /** Gives a sign of life to whoever wants it. */
  beat(notice: Notice, spec: Spec): void {
    const route = spec.notify?.route;
    for (const { recipient, lane } of this.#each)
      if (wants(recipient, notice, spec)) lane.beat({ notice, ...(route ? { route } : {}) });
  }

  pump(): void {
    for (const { lane } of this.#each) lane.pump();
  }
}

const isFor = ({ deliveries }: OutboxRecord, { name }: Notifier): boolean =>
  deliveries.some(({ notifier, state }) => notifier === name && state === 'pending');
