import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Notice, noticeAbout, noticeOf, type Step } from '../domain/notice.ts';
import type { Notifier } from '../domain/notifier.ts';
import { isFinal, type Spec } from '../domain/task.ts';
import { readText, writeDurably } from '../system/files.ts';
import type { Held } from './held.ts';
import type { Log } from './log.ts';
import { withFacts } from './outbox/facts.ts';
import { Lane } from './outbox/lane.ts';
import { hushFor, isAlike, quietFor, type Recipient, wants } from './outbox/recipients.ts';
import { type Delivery, noticeFile, type OutboxRecord, openRecords } from './outbox/record.ts';
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
  /** From now on these are told; what is on its way to one whose settings have changed goes by the new ones. */
  readonly readdress: (recipients: readonly Recipient[]) => void;
  /** A sign of life, for who can have one without being disturbed. */
  readonly beat: (notice: Notice, spec: Spec) => void;
  /** Sends what has come due. */
  readonly pump: () => void;
  readonly records: () => readonly OutboxRecord[];
  readonly notifiers: readonly Notifier[];
  readonly problems: () => readonly string[];
  /** The orderly end of the daemon. */
  readonly close: () => Promise<void>;
}

const HOUR = 3_600_000;
/** Longer than anything is tried, so that no notice that was told is ever derived anew. */
const KEPT_MS = 48 * HOUR;
const DERIVED_MS = 24 * HOUR;
/** An orderly end waits for nobody: what was journalled just before it may not have been told. */
const LAST_MOMENT_MS = 60_000;

/** Opens the outbox of a state directory. */
export async function openOutbox({ directory, recipients: first, epoch, now, log }: OutboxParts): Promise<Outbox> {
  const disk = await openRecords(directory);
  const unread: string[] = [];
  const newer = new Set<string>();
  const loaded = await disk.load((file) => {
    if (file.newer) newer.add(file.path);
    const way = file.newer ? 'upgrade holdfast' : 'remove it when you have looked at it';
    unread.push(`notice ${file.path} is kept, and told to nobody: ${file.why}; ${way}`);
    log.error({ event: 'notice-unread', path: file.path }, file.why);
  });
  const records = new Map(loaded.map((record) => [record.notice.id, record]));
  const writes = new WeakMap<OutboxRecord, Promise<void>>();
  const endFile = join(directory, 'orderly-end');

  /** One write at a time for each file, and what we show is what is there. A full disk loses no notice as long as we live. */
  const write = (record: OutboxRecord, deliveries = (now: readonly Delivery[]) => now): Promise<void> => {
    const turn = (writes.get(record) ?? Promise.resolve()).then(async () => {
      const next = { ...record, deliveries: deliveries(record.deliveries) };
      await disk.write(next).catch((err: unknown) => {
        log.error({ event: 'outbox-unwritten', err, notice: record.notice.id }, 'not on disk');
      });
      record.deliveries = next.deliveries;
    });
    writes.set(record, turn);
    return turn;
  };
  const keep = async (record: OutboxRecord, delivery: Delivery): Promise<void> => {
    await write(record, (now) => now.map((each) => (each.notifier === delivery.notifier ? delivery : each)));
    if (delivery.state === 'pending') return;
    const { notice } = record;
    log.info({ event: 'notice', notice: notice.id, to: delivery.notifier, state: delivery.state }, notice.kind);
  };
  const laneFor = ({ notifier, settings, quietHours }: Recipient) =>
    new Lane({
      notifier,
      rules: {
        quietHours: quietFor(notifier, settings, quietHours),
        hushHours: hushFor(notifier, quietHours),
        minIntervalMs: (settings.minIntervalSeconds ?? 0) * 1000,
      },
      now,
      keep,
    });
  let recipients = first;
  let lanes = recipients.map(laneFor);
  let leaving: Promise<unknown> = Promise.resolve();
  const enqueue = (record: OutboxRecord): void => {
    for (const { notifier, state } of record.deliveries)
      if (state === 'pending') lanes.find((lane) => lane.notifier.name === notifier)?.add(record);
  };

  const put = async (notice: Notice, { spec, dir }: { readonly spec: Spec; readonly dir: string }): Promise<void> => {
    if (records.has(notice.id) || newer.has(noticeFile(directory, notice.id))) return;
    const route = spec.notify?.route;
    const wanted = recipients.filter((recipient) => wants(recipient, notice, spec));
    if (wanted.length === 0) return;
    const record: OutboxRecord = {
      v: 1,
      notice: await withFacts(notice, dir, (err) =>
        log.warn({ event: 'facts-unread', err, notice: notice.id }, 'a notice does without them'),
      ),
      ...(route ? { route } : {}),
      deliveries: wanted.map(({ notifier }) => ({ notifier: notifier.name, state: 'pending', tries: 0, nextAt: 0 })),
    };
    records.set(notice.id, record);
    await write(record);
    enqueue(record);
  };
  const begin: Outbox['begin'] = async ({ name }) => {
    for (const { notifier } of recipients)
      await notifier.begins?.(name).catch((err: unknown) => {
        log.warn({ event: 'notice-outlived', err, to: notifier.name }, 'what tells of an earlier end is still there');
      });
  };
  const tell: Outbox['tell'] = async ({ dir }, step) => {
    if (isFinal(step.before.phase) && !isFinal(step.after.phase)) await begin(step.spec);
    const notice = noticeOf(step);
    if (notice) await put(notice, { spec: step.spec, dir });
  };

  /** One line that cannot be understood costs the notice of one change: its task goes on, and so do all the others. */
  const lastOf = ({ spec }: Held, step: Found['step']): Step | undefined => {
    try {
      return step?.();
    } catch (err) {
      const why = err instanceof Error ? err.message : String(err);
      unread.push(`task ${spec.id}: its last change cannot be read, so nobody was told of it (${why})`);
      log.error({ event: 'untold', err, task: spec.id }, 'its last change cannot be read');
      return undefined;
    }
  };
  const takeUp = async ({ held, step }: Found, endedAt: number | undefined): Promise<void> => {
    const since = endedAt === undefined ? now() - DERIVED_MS : endedAt - LAST_MOMENT_MS;
    const longOver = isFinal(held.task.phase) && held.task.since <= since; // of ten thousand tasks nearly all: not even read
    const last = longOver ? undefined : lastOf(held, step);
    if (last && last.at > since) await tell(held, last);
    if (endedAt !== undefined) return;
    const { state } = held.task.phase;
    if (state !== 'running' && state !== 'waiting-input' && state !== 'stalled') return;
    const id = `${held.spec.id}/${held.task.seq}-recovered-${epoch}`;
    const cause = 'the daemon had ended without a word and is back';
    await put(noticeAbout('daemon-recovered', { ...held, cause, at: now(), id }), held);
  };

  let sweptAt = 0;
  const sweep = async (): Promise<void> => {
    const names = lanes.map(({ notifier }) => notifier.name);
    for (const record of records.values()) {
      for (const delivery of lapsed(record, names, now())) await keep(record, delivery);
      const settledAt = Math.max(...record.deliveries.map((each) => each.settledAt ?? Number.POSITIVE_INFINITY));
      const nobody = record.deliveries.every(({ notifier }) => !names.includes(notifier));
      if (settledAt + KEPT_MS > now() && !(nobody && record.notice.at + KEPT_MS < now())) continue;
      await disk.remove(record);
      records.delete(record.notice.id);
    }
  };

  return {
    begin,
    tell,
    async recover(found) {
      for (const record of records.values()) enqueue(record); // first: what is taken up goes its way by itself
      const endedAt = Number(await readText(endFile)) || undefined;
      for (const { held } of found) if (!isFinal(held.task.phase)) await begin(held.spec); // whoever began it may have died before
      for (const each of found) await takeUp(each, endedAt);
      await rm(endFile, { force: true }); // last: who dies before this is followed by one who does it all again
    },
    readdress(next) {
      const before = recipients.map((recipient, index) => ({ recipient, lane: lanes[index] }));
      const kept = (recipient: Recipient) => before.find((each) => isAlike(each.recipient, recipient))?.lane;
      recipients = next;
      lanes = next.map((recipient) => kept(recipient) ?? laneFor(recipient));
      const left = before.flatMap(({ lane }) => (lane === undefined || lanes.includes(lane) ? [] : [lane.leave()]));
      // First the letters that are being sent get their answer: nobody is to have one twice.
      const mine = Promise.all([leaving, ...left]);
      leaving = mine;
      void mine.then(async () => {
        if (leaving !== mine) return; // whoever came later does it
        for (const record of records.values()) enqueue(record);
        for (const lane of lanes.filter((each) => before.every((one) => one.lane !== each))) {
          await lane.hurry();
          lane.pump();
        }
      });
    },
    beat(notice, spec) {
      const route = spec.notify?.route;
      recipients.forEach((recipient, index) => {
        if (wants(recipient, notice, spec)) lanes[index]?.beat({ notice, ...(route ? { route } : {}) });
      });
    },
    pump() {
      for (const lane of lanes) lane.pump();
      if (now() - sweptAt < HOUR) return;
      sweptAt = now();
      sweep().catch((err: unknown) => log.error({ event: 'outbox-unswept', err }, 'old notices stay'));
    },
    records: () => [...records.values()],
    get notifiers() {
      return lanes.map(({ notifier }) => notifier);
    },
    problems: () => [
      ...unread,
      ...lanes.flatMap(({ notifier, trouble }) =>
        trouble === undefined ? [] : [`notifier ${notifier.name}: ${trouble}`],
      ),
    ],
    async close() {
      await writeDurably(endFile, `${now()}\n`);
    },
  };
}
