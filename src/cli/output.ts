import { plainLine } from '../domain/plain-text.ts';
import type { SCHEMA } from '../protocol/methods.ts';
import { terminalOf } from './terminal.ts';

const schema: typeof SCHEMA = 1; // written out: a value import would load zod

const SGR = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36 } as const;
/** How a piece of text may look. */
export type Style = keyof typeof SGR;

/** The part of a stream that we use. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Where everything goes that a command has to say: data to stdout, talk to stderr. */
export interface Output {
  readonly json: boolean;
  readonly color: boolean;
  /** Columns of the terminal; absent where stdout is none. */
  readonly width?: number;
  /** Data: text as it is. */
  print(text: string): void;
  /** Data: one JSON document in one line. */
  document(value: object): void;
  /** Talk: one line on stderr. */
  say(line: string): void;
  paint(style: Style, text: string): string;
}

/** What decides about an `Output`. */
export interface OutputOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
  readonly color: 'auto' | 'always' | 'never';
}

/** Makes the output of one command. Who talks first opens stderr. */
export function makeOutput(options: OutputOptions): Output {
  const { stdout, env, json, color: when } = options;
  const terminal = terminalOf(stdout, env);
  const color = when === 'always' || (when === 'auto' && terminal?.color === true);
  return {
    json,
    color,
    ...(terminal ? { width: terminal.columns } : {}),
    print: (text) => stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    document: (value) => stdout.write(`${escapeControls(JSON.stringify({ schema, ...value }))}\n`),
    say: (line) => options.stderr.write(`holdfast: ${plainLine(line)}\n`),
    paint: (style, text) => (color && text !== '' ? `\u001b[${SGR[style]}m${text}\u001b[0m` : text),
  };
}

/** `JSON.stringify` leaves DEL, C1 and bidi controls as they are, and terminals act on them; escaped, it is the same JSON. */
const escapeControls = (json: string): string =>
  json.replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
