import type { Entry } from '../../src/daemon/journal.ts';
import type { OutboxRecord, Records } from '../../src/daemon/outbox/record.ts';
import { type Notice, noticeOf } from '../../src/domain/notice.ts';
import type { Notifier, Sending } from '../../src/domain/notifier.ts';
import type { Spec } from '../../src/domain/task.ts';
import type { Bug } from './bugs.ts';

const HOUR = 3_600_000;
/** After so long at the earliest a notice may be given up. */
const WORTH_MS = 12 * HOUR;

/** What the world outside knows of notices: what is on disk, who was told, and what the journal asks for. */
export class Mailbox {
  /** A disk that takes what is written whole. */
  readonly stored = new Map<string, OutboxRecord>();
  readonly due = new Map<string, Notice>();
  readonly heard = new Map<string, Notice>();
  readonly #waiting = new Set<string>();
  /** When the daemon ended in good order, if the last one did. */
  endedAt: string | undefined;
  /** Whoever is told is there, whatever the coins say. */
  well = false;
  readonly #coins: readonly boolean[];
  readonly #bug: Bug | undefined;
  readonly #expect: (holds: boolean, promise: string) => void;
  #tossed = 0;

  constructor(coins: readonly boolean[], bug: Bug | undefined, expect: (holds: boolean, promise: string) => void) {
    this.#coins = coins;
    this.#bug = bug;
    this.#expect = expect;
  }

  /** A line is on disk: what is to be told of it? */
  journalled(spec: Spec, before: Entry, { happening, at, task: after }: Entry): void {
    if (happening.type === 'accepted') return;
    const notice = noticeOf({ spec, before: before.task, after, happening, at });
    if (notice) this.due.set(notice.id, notice);
  }

  /** The files of the outbox as one life of the daemon has them. */
  records(failpoint: () => void): Records {
    return {
      load: async () => [...this.stored.values()].map((record) => ({ ...record })),
      sentenceOf: async ({ notice: { id } }) => this.stored.get(id)?.notice.sentence ?? '',
      read: (path) => ({ path, why: 'this disk gives back all', fate: 'damaged' }),
      write: async (record) => {
        failpoint();
        const { id } = record.notice;
        this.#expect(this.due.has(id) || isExtra(id), `I9: ${id} is told and not journalled`);
        this.stored.set(id, { ...record });
        if (record.deliveries.some(({ state }) => state === 'pending')) this.#waiting.add(id);
        else this.#waiting.delete(id);
        failpoint();
      },
      remove: async ({ notice }) => {
        failpoint();
        this.stored.delete(notice.id);
      },
    };
  }

  /** A program that is not always there. */
  notifier(failpoint: () => void): Notifier {
    return {
      name: 'program',
      audience: 'program',
      folds: 'nothing', // each change of the one task is to be heard of by itself
      heartbeats: 'repeated',
      takes: () => true,
      gapMs: 0,
      capMs: 0, // no chance in the waits: a history is played the same each time
      timeoutMs: 60_000,
      check: async () => undefined,
      send: async ({ notice }) => {
        try {
          return this.#receive(notice, failpoint);
        } catch {
          return { result: 'gone', why: 'the daemon is dead' }; // and what it does now reaches no disk
        }
      },
    };
  }

  #receive(notice: Notice, failpoint: () => void): Sending {
    failpoint();
    const away = !this.well && this.#coins[this.#tossed++ % this.#coins.length] === false;
    if (away) return { result: 'later', why: 'nobody is there', afterMs: 1000 };
    this.#expect(this.stored.has(notice.id), `I9: ${notice.id} was sent and is not on disk`);
    const id = this.#bug === 'rekeyed' && this.heard.has(notice.id) ? `${notice.id}-again` : notice.id;
    this.heard.set(id, { ...notice, id });
    failpoint();
    return { result: 'sent' };
  }

  /** Does anything wait to be told? */
  get waits(): boolean {
    return this.#waiting.size > 0;
  }

  /** When the last of what waits is tried again: a clock that is set back puts that off. */
  get triedAt(): number {
    const all = [...this.#waiting].flatMap((id) => this.stored.get(id)?.deliveries ?? []);
    return Math.max(0, ...all.map(({ nextAt }) => nextAt));
  }

  /** I9, when everybody had the time to hear: each change was told, once or oftener, as one and the same thing. */
  check(): void {
    for (const [id, notice] of this.due) {
      const heard = this.heard.get(id);
      this.#expect(heard !== undefined || this.#isGivenUp(id), `I9: ${id} (${notice.kind}) was never told`);
      const same = heard?.kind === notice.kind && heard.at === notice.at && heard.sentence === notice.sentence;
      this.#expect(!heard || same, `I9: ${id} was told as something else`);
    }
    for (const id of this.heard.keys())
      this.#expect(this.due.has(id) || isExtra(id), `I9: ${id} was told, and nothing of that name happened`);
  }

  #isGivenUp(id: string): boolean {
    const record = this.stored.get(id);
    return (
      record?.deliveries.every(({ state, settledAt = 0 }) => {
        return state === 'expired' && settledAt - record.notice.at >= WORTH_MS;
      }) ?? false
    );
  }
}

/** That a daemon came back is told beside what the journal asks for. */
const isExtra = (id: string): boolean => /-recovered-\d+$/.test(id);

/** The mailbox of the history that is played just now: the outbox opens its files by a path, and finds this. */
export const current = { mailbox: undefined as Mailbox | undefined, failpoint: (): void => undefined };
