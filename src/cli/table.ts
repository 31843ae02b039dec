import { plainLine } from '../domain/plain-text.ts';

/** A cell: its text, and how it is painted once its width is known. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

const GAP = '  ';
/** Where a terminal gives a character two columns. `string-width` knows exactly and takes 35 ms to load (Node 20, 2026-11). */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /\p{M}|[\u200b-\u200f]/u;

const charWidth = (char: string): number => (WIDE.test(char) ? 2 : NO_WIDTH.test(char) ? 0 : 1);
// Names and states are ASCII: the two patterns would cost a list of 1,000 tasks 20 ms.
const ASCII = /^[ -~]*$/;

/** How many columns a text takes in a terminal. */
export const textWidth = (text: string): number =>
  ASCII.test(text) ? text.length : [...text].reduce((sum, char) => sum + charWidth(char), 0);

/** Cuts a text to so many columns; what was cut is marked with an ellipsis. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const char of text) {
    used += charWidth(char);
    if (used > width) break;
    kept += char;
  }
  return `${kept}…`;
}

/** Lines up rows of cells, control characters stripped; the last column is cut where a terminal has an end. */
export function table(rows: readonly (readonly (Cell | string)[])[], width?: number): string {
  const clean = rows.map((row) => row.map(cleanCell));
  const last = Math.max(...clean.map((row) => row.length)) - 1;
  const widths = Array.from({ length: last }, (_, column) =>
    Math.max(...clean.map((row) => textWidth(row[column]?.text ?? ''))),
  );
  const room = width && Math.max(10, width - widths.reduce((sum, each) => sum + each + GAP.length, 0));
  return clean.map((row) => `${row.map(place).join(GAP).trimEnd()}\n`).join('');

  function place({ text, paint }: Cell, column: number): string {
    const shown = column === last && room ? cut(text, room) : text;
    const painted = paint ? paint(shown) : shown;
    return column === last ? painted : painted + ' '.repeat((widths[column] ?? 0) - textWidth(text));
  }
}

const cleanCell = (cell: Cell | string): Cell =>
  typeof cell === 'string' ? { text: plainLine(cell) } : { ...cell, text: plainLine(cell.text) };
