import type { Sink } from './output.ts';

/** Of a terminal that does not say how wide it is. */
const WIDTH = 80;

/** Where a person reads. */
export interface Terminal {
  readonly columns: number;
  /** It shows colours, and nobody has asked for none. */
  readonly color: boolean;
}

/** The terminal behind a stream; nothing where that is none. */
export const terminalOf = (
  { isTTY, columns }: Sink,
  env: Readonly<Record<string, string | undefined>>,
): Terminal | undefined =>
  isTTY === true ? { columns: columns || WIDTH, color: !env.NO_COLOR && env.TERM !== 'dumb' } : undefined;
