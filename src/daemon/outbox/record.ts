import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Notice } from '../../domain/notice.ts';
import { NOTICE_KINDS } from '../../domain/notice-kind.ts';
import type { Named } from '../../domain/notifier.ts';
import type { Route } from '../../domain/route.ts';
import { failpoint } from '../../system/failpoint.ts';
import { privateDirectory, readJson, readJsonNow, writeDurably } from '../../system/files.ts';

/** How far a notice is with one notifier. `merged`: another one told it along. Times are epoch ms. */
export interface Delivery {
  readonly notifier: string;
  readonly state: 'pending' | 'sent' | 'merged' | 'refused' | 'expired';
  readonly tries: number;
  /** Not before this time. */
  readonly nextAt: number;
  /** What went wrong last, or what the operator should know. */
  readonly why?: string;
  /** The part of it that is delivered already. */
  readonly done?: string;
  readonly settledAt?: number;
}

/** A notice with everybody who is to have it: a file of its own until all of them have, and a while longer. */
export interface OutboxRecord {
  readonly v: 1;
  readonly notice: Notice;
  readonly route?: Route;
  deliveries: readonly Delivery[];
}

/** What is known of a notice without its file: all that is kept in memory of one that everybody has had. */
export interface Outline {
  readonly notice: Pick<Notice, 'id' | 'kind' | 'at'> & { readonly task: Named };
  readonly deliveries: readonly Delivery[];
}

const outlineOf = ({ notice: { id, kind, at, task }, deliveries }: OutboxRecord): Outline => ({
  notice: { id, kind, at, task: { id: task.id, name: task.name } },
  deliveries,
});

/** As much of a notice as anybody needs: all of it until everybody has had it. */
export const neededOf = (record: OutboxRecord): OutboxRecord | Outline =>
  record.deliveries.some(({ state }) => state === 'pending') ? record : outlineOf(record);

/** Are its words there too? */
export const isWhole = (one: OutboxRecord | Outline): one is OutboxRecord => 'v' in one;

const shape = z.looseObject({
  v: z.literal(1),
  notice: z.looseObject({
    id: z.string(),
    kind: z.enum(NOTICE_KINDS),
    at: z.number(),
    sentence: z.string(),
    cause: z.string(),
    task: z.looseObject({ id: z.string(), name: z.string(), over: z.boolean() }),
  }),
  deliveries: z.array(
    z.looseObject({
      notifier: z.string(),
      state: z.enum(['pending', 'sent', 'merged', 'refused', 'expired']),
      tries: z.number(),
      nextAt: z.number(),
    }),
  ),
});

/** A file of the outbox that was not read: it stays where it is. */
export interface Unread {
  readonly path: string;
  readonly why: string;
  /** Nothing is damaged where a later version knows what it says, and goes on with it; or where only the machine fails just now. */
  readonly fate: 'damaged' | 'newer' | 'unreadable';
}

/** The files of the outbox, readable by us alone. */
export interface Records {
  /** As much as is needed of each, the oldest first. */
  readonly load: (unread: (file: Unread) => void) => Promise<readonly (OutboxRecord | Outline)[]>;
  /** Reads one file again. */
  readonly read: (path: string) => OutboxRecord | Unread;
  /** The sentence of one, or why it cannot be read. */
  readonly sentenceOf: (one: Outline) => Promise<string>;
  readonly write: (record: OutboxRecord) => Promise<void>;
  readonly remove: (one: Outline) => Promise<void>;
}

const versioned = z.looseObject({ v: z.number().min(2) });

/** Where a notice is kept. */
export const noticeFile = (directory: string, id: string): string => join(directory, `${id.replace('/', '.')}.json`);

/** The record in a file, or why there is none. At once: thousands are read at a start, and no more than one may be open. */
function read(path: string): OutboxRecord | Unread {
  try {
    return understood(path, readJsonNow(path));
  } catch (error) {
    return unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown): Unread => ({
  path,
  why: error instanceof Error ? error.message : String(error),
  fate: 'unreadable',
});

function understood(path: string, json: unknown): OutboxRecord | Unread {
  if (shape.safeParse(json).success) return json as OutboxRecord; // the shape holds what we rely on; the rest we wrote ourselves
  const { data } = versioned.safeParse(json);
  if (data) return { path, why: `written by a newer version of holdfast (record version ${data.v})`, fate: 'newer' };
  return { path, why: 'it is damaged', fate: 'damaged' };
}

/** Opens the outbox in a state directory. */
export async function openRecords(directory: string): Promise<Records> {
  await privateDirectory(directory);
  return {
    async load(unread) {
      const known: (OutboxRecord | Outline)[] = [];
      for (const name of await readdir(directory)) {
        if (!name.endsWith('.json')) continue;
        const each = read(join(directory, name));
        if ('why' in each) unread(each);
        else known.push(neededOf(each));
      }
      return known.sort((a, b) => a.notice.at - b.notice.at);
    },
    read,
    async sentenceOf({ notice }) {
      const path = noticeFile(directory, notice.id);
      const each = await readJson(path).then(
        (json) => understood(path, json),
        (error: unknown) => unreadable(path, error),
      );
      return 'why' in each ? `(${path} cannot be read: ${each.why})` : each.notice.sentence;
    },
    write: (record) => writeDurably(noticeFile(directory, record.notice.id), JSON.stringify(record)),
    async remove({ notice }) {
      failpoint();
      await rm(noticeFile(directory, notice.id), { force: true });
      failpoint();
    },
  };
}
