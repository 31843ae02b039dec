import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Notice, noticeAbout, noticeOf, type Step } from '../domain/notice.ts';
import type { Notifier } from '../domain/notifier.ts';
import { isFinal, type Spec } from '../domain/task.ts';
import { readText, syncDirectory, writeDurably } from '../system/files.ts';
import type { Held } from './held.ts';
import type { Log } from './log.ts';
import { withFacts } from './outbox/facts.ts';
import { Kept } from './outbox/kept.ts';
import { Lanes } from './outbox/lanes.ts';
import { type Recipient, wants } from './outbox/recipients.ts';
import type { OutboxRecord, Outline } from './outbox/record.ts';
import { lapsed } from './outbox/unaddressed.ts';

/** What the outbox is built from. */
export interface OutboxParts {
  readonly directory: string;
  readonly recipients: readonly Recipient[];
  readonly epoch: number;
  readonly now: () => number;
  readonly log: Log;
}

/** A task as it was found on disk, with the last change in its journal. */
export interface Found {
  readonly held: Held;
  readonly step?: (() => Step | undefined) | undefined;
}

/** Everything that is told. What is in it is on disk; what is not delivered is tried again, also by the next daemon. */
export interface Outbox {
  /** A task begins: no notifier may go on to show how an earlier one of its name ended. Where it begins again, `tell` does it. */
  readonly begin: (spec: Pick<Spec, 'name'>) => Promise<void>;
  /** Tells a journalled change, where there is anything to tell; on disk when this comes back. */
  readonly tell: (held: Pick<Held, 'dir'>, step: Step) => Promise<void>;
  /** Takes up what an earlier daemon left: what it may have journalled and not told, what it could not deliver. */
  readonly recover: (found: readonly Found[]) => Promise<void>;
  /** Replaces the recipients; what is on its way to one whose settings have changed goes by the new ones. */
  readonly readdress: (recipients: readonly Recipient[]) => void;
  /** A sign of life, for who can have one without being disturbed. */
  readonly beat: (notice: Notice, spec: Spec) => void;
  /** Sends what has come due. */
  readonly pump: () => void;
  readonly records: () => readonly Outline[];
  /** The words of one, from its file where everybody has had it. */
  readonly sentenceOf: (one: Outline) => Promise<string>;
  readonly notifiers: readonly Notifier[];
  readonly problems: () => readonly string[];
  /** The orderly end of the daemon. */
  readonly close: () => Promise<void>;
}

const HOUR = 3_600_000;
/** Time for which a settled notice is kept, ms: longer than anything is tried, so that none is ever derived anew. */
const KEPT_MS = 48 * HOUR;
const DERIVED_MS = 24 * HOUR;
/** Time before an orderly end, ms, of which changes are told again: it waits for nobody, so the last may not have been told. */
const LAST_MOMENT_MS = 60_000;

/** Opens the outbox of a state directory. */
export async function openOutbox(parts: OutboxParts): Promise<Outbox> {
  return new OpenOutbox(parts, await Kept.open(parts.directory, parts.log));
}

class OpenOutbox implements Outbox {
  readonly #parts: OutboxParts;
  readonly #kept: Kept;
  readonly #lanes: Lanes;
  readonly #endFile: string;
  readonly #unread: string[] = [];
  #sweptAt = 0;

  constructor(parts: OutboxParts, kept: Kept) {
    this.#parts = parts;
    this.#kept = kept;
    this.#lanes = new Lanes(parts.recipients, { now: parts.now, keep: kept.keep.bind(kept) });
    this.#endFile = join(parts.directory, 'orderly-end');
  }

  get notifiers(): readonly Notifier[] {
    return this.#lanes.notifiers;
  }

  records(): readonly Outline[] {
    return this.#kept.records;
  }

  sentenceOf(one: Outline): Promise<string> {
    return this.#kept.sentenceOf(one);
  }

  problems(): readonly string[] {
    return [...this.#kept.unread, ...this.#unread, ...this.#lanes.problems];
  }

  async begin({ name }: Pick<Spec, 'name'>): Promise<void> {
    for (const { notifier } of this.#lanes.recipients)
      await notifier.begins?.(name).catch((err: unknown) => {
        const facts = { event: 'notice-outlived', err, to: notifier.name };
        this.#parts.log.warn(facts, 'what tells of an earlier end is still there');
      });
  }

  readonly tell: Outbox['tell'] = async ({ dir }, step) => {
    if (isFinal(step.before.phase) && !isFinal(step.after.phase)) await this.begin(step.spec);
    const notice = noticeOf(step);
    if (notice) await this.#put(notice, { spec: step.spec, dir });
  };

  async #put(notice: Notice, { spec, dir }: { readonly spec: Spec; readonly dir: string }): Promise<void> {
    if (this.#kept.has(notice.id)) return;
    const route = spec.notify?.route;
    const wanted = this.#lanes.recipients.filter((recipient) => wants(recipient, notice, spec));
    if (wanted.length === 0) return;
    const record: OutboxRecord = {
      v: 1,
      notice: await withFacts(notice, dir, (err) =>
        this.#parts.log.warn({ event: 'facts-unread', err, notice: notice.id }, 'a notice does without them'),
      ),
      ...(route ? { route } : {}),
      deliveries: wanted.map(({ notifier }) => ({ notifier: notifier.name, state: 'pending', tries: 0, nextAt: 0 })),
    };
    await this.#kept.add(record);
    this.#lanes.enqueue([record]);
  }

  async recover(found: readonly Found[]): Promise<void> {
    this.#lanes.enqueue(this.#kept.whole); // first: what is taken up goes its way by itself
    const endedAt = Number(await readText(this.#endFile)) || undefined;
    for (const { held } of found) if (!isFinal(held.task.phase)) await this.begin(held.spec); // whoever began it may have died before
    for (const each of found) await this.#takeUp(each, endedAt);
    await rm(this.#endFile, { force: true }); // last: who dies before this is followed by one who does it all again
    if (endedAt !== undefined) await syncDirectory(this.#parts.directory); // or a loss of power brings it back, and is no end without a word
  }

  async #takeUp({ held, step }: Found, endedAt: number | undefined): Promise<void> {
    const { now, epoch } = this.#parts;
    const since = endedAt === undefined ? now() - DERIVED_MS : endedAt - LAST_MOMENT_MS;
    const longOver = isFinal(held.task.phase) && held.task.since <= since; // of ten thousand tasks nearly all: not even read
    const last = longOver ? undefined : this.#lastOf(held, step);
    if (last && last.at > since) await this.tell(held, last);
    if (endedAt !== undefined) return;
    const { state } = held.task.phase;
    if (state !== 'running' && state !== 'waiting-input' && state !== 'stalled') return;
    const id = `${held.spec.id}/${held.task.seq}-recovered-${epoch}`;
    const cause = 'the daemon had ended without a word and is back';
    await this.#put(noticeAbout('daemon-recovered', { ...held, cause, at: now(), id }), held);
  }

  /** One line that cannot be understood costs the notice of one change: its task goes on, and so do all the others. */
  #lastOf({ spec }: Held, step: Found['step']): Step | undefined {
    try {
      return step?.();
    } catch (err) {
      const why = err instanceof Error ? err.message : String(err);
      this.#unread.push(`task ${spec.id}: its last change cannot be read, so nobody was told of it (${why})`);
      this.#parts.log.error({ event: 'untold', err, task: spec.id }, 'its last change cannot be read');
      return undefined;
    }
  }

  readdress(next: readonly Recipient[]): void {
    this.#lanes.readdress(next, () => this.#kept.whole);
  }

  beat(notice: Notice, spec: Spec): void {
    this.#lanes.beat(notice, spec);
  }

  pump(): void {
    const { now, log } = this.#parts;
    this.#lanes.enqueue(this.#kept.reread());
    this.#lanes.pump();
    if (now() - this.#sweptAt < HOUR) return;
    this.#sweptAt = now();
    this.#sweep().catch((err: unknown) => log.error({ event: 'outbox-unswept', err }, 'old notices stay'));
  }

  async #sweep(): Promise<void> {
    const { now } = this.#parts;
    const names = this.notifiers.map(({ name }) => name);
    for (const record of this.#kept.whole)
      for (const delivery of lapsed(record, names, now())) await this.#kept.keep(record, delivery);
    for (const each of this.records()) {
      const settledAt = Math.max(...each.deliveries.map((one) => one.settledAt ?? Number.POSITIVE_INFINITY));
      const nobody = each.deliveries.every(({ notifier }) => !names.includes(notifier));
      if (settledAt + KEPT_MS > now() && !(nobody && each.notice.at + KEPT_MS < now())) continue;
      await this.#kept.remove(each);
    }
  }

  async close(): Promise<void> {
    await writeDurably(this.#endFile, `${this.#parts.now()}\n`);
  }
}
