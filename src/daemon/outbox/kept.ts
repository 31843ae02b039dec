import { eachInTurn } from '../each-in-turn.ts';
import type { Log } from '../log.ts';
import {
  type Delivery,
  isWhole,
  neededOf,
  noticeFile,
  type OutboxRecord,
  type Outline,
  openRecords,
  type Unread,
} from './record.ts';

type Disk = Awaited<ReturnType<typeof openRecords>>;

/** What becomes of a notice whose file was not read. */
const FATES: Readonly<Record<Unread['fate'], (why: string) => string>> = {
  damaged: (why) => `is kept, and told to nobody: ${why}; remove it when you have looked at it`,
  newer: (why) => `is kept, and told to nobody: ${why}; upgrade holdfast`,
  unreadable: (why) => `cannot be read just now: ${why}; it is tried again, and told then`,
};

/** The notices of an outbox: what is here is on disk too, and each file is written by one at a time. */
export class Kept {
  readonly #directory: string;
  readonly #disk: Disk;
  readonly #log: Log;
  readonly #records = new Map<string, OutboxRecord | Outline>();
  readonly #inTurn = eachInTurn<OutboxRecord>();
  readonly #unread = new Map<string, Unread>();

  private constructor(directory: string, disk: Disk, log: Log) {
    this.#directory = directory;
    this.#disk = disk;
    this.#log = log;
  }

  /** Reads what an earlier daemon has left in a directory. */
  static async open(directory: string, log: Log): Promise<Kept> {
    const kept = new Kept(directory, await openRecords(directory), log);
    await kept.#load();
    return kept;
  }

  async #load(): Promise<void> {
    const loaded = await this.#disk.load((file) => {
      this.#unread.set(file.path, file);
      this.#log.error({ event: 'notice-unread', path: file.path }, file.why);
    });
    for (const record of loaded) this.#records.set(record.notice.id, record);
  }

  /** Reads again what could not be read; what can be now comes back. */
  reread(): readonly OutboxRecord[] {
    const failed = [...this.#unread.values()].filter(({ fate }) => fate === 'unreadable');
    return failed.flatMap(({ path }) => {
      const read = this.#disk.read(path);
      if ('why' in read) {
        this.#unread.set(path, read);
        return [];
      }
      this.#unread.delete(path);
      this.#records.set(read.notice.id, neededOf(read));
      return [read];
    });
  }

  get records(): readonly Outline[] {
    return [...this.#records.values()];
  }

  /** Those that somebody does not have yet, or whose end is not on disk. */
  get whole(): readonly OutboxRecord[] {
    return [...this.#records.values()].filter(isWhole);
  }

  async sentenceOf(one: Outline): Promise<string> {
    const known = this.#records.get(one.notice.id);
    return known && isWhole(known) ? known.notice.sentence : await this.#disk.sentenceOf(one);
  }

  /** What could not be read, a sentence each. */
  get unread(): readonly string[] {
    return [...this.#unread.values()].map(({ path, why, fate }) => `notice ${path} ${FATES[fate](why)}`);
  }

  /** Is it here, or in a file that a newer version can read, or we at another time? */
  has(id: string): boolean {
    const { fate = 'damaged' } = this.#unread.get(noticeFile(this.#directory, id)) ?? {};
    return this.#records.has(id) || fate !== 'damaged';
  }

  /** Adds a notice; it is on disk when this comes back. */
  async add(record: OutboxRecord): Promise<void> {
    this.#records.set(record.notice.id, record);
    await this.#write(record, (now) => now);
  }

  /** Writes down how far a delivery is. */
  async keep(record: OutboxRecord, delivery: Delivery): Promise<void> {
    await this.#write(record, (now) => now.map((each) => (each.notifier === delivery.notifier ? delivery : each)));
    if (delivery.state === 'pending') return;
    const { notice } = record;
    this.#log.info({ event: 'notice', notice: notice.id, to: delivery.notifier, state: delivery.state }, notice.kind);
  }

  async remove(one: Outline): Promise<void> {
    await this.#disk.remove(one);
    this.#records.delete(one.notice.id);
  }

  /** What we show is what is on disk. A full disk loses no notice as long as we live. */
  #write(record: OutboxRecord, change: (now: readonly Delivery[]) => readonly Delivery[]): Promise<void> {
    return this.#inTurn(record, async () => {
      const next = { ...record, deliveries: change(record.deliveries) };
      const { id } = record.notice;
      const failed = await this.#disk.write(next).catch((err: unknown) => {
        this.#log.error({ event: 'outbox-unwritten', err, notice: id }, 'not on disk');
        return true;
      });
      record.deliveries = next.deliveries;
      if (!failed && this.#records.get(id) === record) this.#records.set(id, neededOf(record));
    });
  }
}
