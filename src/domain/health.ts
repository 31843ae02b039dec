import type { Policy } from './policy.ts';
import type { ScreenReading } from './screen.ts';

const MINUTE = 60_000;

/** What the processes of an attempt are and have used. `tools` run in sessions of their own, as every agent starts them. */
export interface ProcessTree {
  readonly processes: number;
  readonly tools: number;
  /** Processor time of all of them together, since each began. */
  readonly cpuMs: number;
}

/** What one look at a silent attempt finds; `screen` only where its screen is one to be read, and says something. */
export interface Look {
  readonly tree: ProcessTree;
  readonly screen?: ScreenReading;
}

/** What the looks at a silent attempt found; forgotten at its next sign of life. Times are epoch ms. */
export interface Health {
  /** How many looks there were since the last sign of life. */
  readonly looks: number;
  readonly lookedAt: number;
  readonly tree: ProcessTree;
  /** Since when the tree has used next to no processor time. */
  readonly idleSince: number;
  /** What the last look at its screen read, and how many looks in a row read the same. */
  readonly screen?: ScreenReading & { readonly looks: number };
}

/**
 * An agent that waits for its model wakes up now and then; more than this fraction of a processor is work. Over 140 s of a
 * stalled stream codex 0.169 used 0.29 %, in half a minute on a busy machine more than 0.5 %; claude 2.1.197 0.28 %, pi 0.73
 * 0.1 %. At ten tokens a second codex, the least of them, used 0.8 %, claude 4.4 % (2026-11-21).
 */
const IDLE_SHARE = 0.01;

/** Adds one look to what the looks before it found; `idleShare` is the agent's own, where it has one. */
export function examined(
  before: Health | undefined,
  { tree, screen }: Look,
  at: number,
  idleShare: number = IDLE_SHARE,
): Health {
  const spanMs = before ? at - before.lookedAt : 0;
  const idle = before !== undefined && tree.cpuMs - before.tree.cpuMs <= spanMs * idleShare && tree.tools === 0;
  const same = screen !== undefined && before?.screen?.means === screen.means ? before.screen.looks : 0;
  return {
    looks: (before?.looks ?? 0) + 1,
    lookedAt: at,
    tree,
    idleSince: idle ? before.idleSince : at,
    ...(screen ? { screen: { ...screen, looks: same + 1 } } : {}),
  };
}

/**
 * Is a look at the processes due? Silent attempts are looked at after 3, 6, 12, 24, 48 minutes …, again after 3 when they
 * have said something, and once at each of the `marks` (ms of silence) at which a verdict would need it.
 */
export function isLookDue(
  silentSince: number,
  at: number,
  lookedAt: number | undefined,
  marks: readonly number[],
): boolean {
  const lastMark = Math.max(
    0,
    ...[...marks, ...doublings(at - silentSince)].filter((mark) => mark <= at - silentSince),
  );
  return lastMark > 0 && (lookedAt === undefined || lookedAt < silentSince + lastMark);
}

/** The silence, in ms, at which an attempt that was idle at the last look will have been so for long enough to be called hung. */
export const proofMark = (
  { idleSince }: Health,
  silentSince: number,
  { hangAfterMs, hangProofMs }: Pick<Policy, 'hangAfterMs' | 'hangProofMs'>,
): number => Math.max(hangAfterMs, idleSince + hangProofMs - silentSince);

function doublings(upTo: number): readonly number[] {
  const found: number[] = [];
  for (let mark = 3 * MINUTE; mark <= upTo; mark *= 2) found.push(mark);
  return found;
}
