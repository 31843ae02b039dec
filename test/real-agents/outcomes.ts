import { lines } from './scoreboard.ts';

/** What came of a cell, as the journal tells it. */
export interface Came {
  readonly state: string;
  /** How it went on: in its conversation, afresh, or not at all. */
  readonly goesOn: 'resumed' | 'begun afresh' | undefined;
  /** The words in the history by which it was noticed. */
  readonly evidence: string;
  readonly noticedMs: number | undefined;
  readonly launchedMs: number | undefined;
  /** How long the agent tried by itself before, s. */
  readonly itselfS: number | undefined;
}

/** For the table of all: one cell of it. */
export function inShort({ state, goesOn, noticedMs, launchedMs, itselfS }: Came): string {
  const became = state === 'succeeded' && goesOn ? goesOn : state;
  const launched = launchedMs === undefined ? '' : ` / ${launchedMs}`;
  return `${became} ${noticedMs ?? ''}${launched} ms${itselfS === undefined ? '' : ` (${itselfS} s)`}`;
}

/** A row for each cell, in the order in which they are given. */
export function atLength(cells: readonly (readonly [what: string, agent: string, came: Came])[]): string {
  const rows = cells.map(([what, agent, { state, goesOn, evidence, noticedMs, launchedMs }]) => [
    what,
    agent,
    state,
    neutral(evidence),
    goesOn ?? '–',
    ms(noticedMs),
    ms(launchedMs),
  ]);
  return lines([['', 'agent', 'state', 'evidence', 'continuation', 'noticed after', 'launched after'], ...rows]);
}

const MOST_CHARACTERS = 120;

const ms = (time: number | undefined): string => (time === undefined ? '–' : `${time} ms`);

/** Without what is another at each run, and in one cell of a table. */
const neutral = (words: string): string =>
  words
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:4010')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…')
    .replaceAll(/\s+/g, ' ')
    .slice(0, MOST_CHARACTERS)
    .replaceAll('|', '\\|');
