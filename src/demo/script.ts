/** One thing that a script can ask for. */
export type Action =
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'ask'; readonly text: string }
  | { readonly do: 'request'; readonly command: string }
  | { readonly do: 'retry'; readonly text: string }
  | { readonly do: 'print-raw'; readonly text: string }
  | { readonly do: 'run'; readonly command: string }
  | { readonly do: 'fork'; readonly command: string }
  | { readonly do: 'sleep'; readonly ms: number }
  | { readonly do: 'wait'; readonly file: string }
  | { readonly do: 'touch'; readonly file: string }
  | { readonly do: 'write'; readonly file: string; readonly text: string }
  | { readonly do: 'exit'; readonly code: number }
  | { readonly do: 'die'; readonly signal: string }
  | { readonly do: 'fail'; readonly kind: string; readonly resetInSeconds?: number }
  | { readonly do: 'spew'; readonly megabytes: number }
  /** Sits at its prompt, in the middle of its turn, until it gets a line. */
  | { readonly do: 'listen' }
  | { readonly do: 'marker' | 'hang' | 'block' | 'ignore-term' | 'final-then-hang' }
  /** A line that begins with `@` and cannot be followed: a typing error must be loud, or a test would prove nothing. */
  | { readonly do: 'nonsense'; readonly line: string };

/** A line of a script. `once`: it counts as done before it is tried, so that a crash happens in one life only. */
export interface Step {
  readonly once: boolean;
  readonly action: Action;
}

/** What the demo agent does when it is not told what to do. */
const DEFAULT_SCRIPT = `
@say I have read the task and look around first.
@sleep 400
@run ls
@sleep 400
@say Now I write holdfast-demo.txt.
@sleep 400
@write holdfast-demo.txt This file was written by the demo agent of holdfast.
@sleep 400
@run wc -c holdfast-demo.txt
@sleep 400
@say The file is there. That was all.
`;

/** The steps of a prompt: its lines that begin with `@`; without any, a short believable piece of work. */
export function parseScript(prompt: string): readonly Step[] {
  const lines = prompt.split(/\r?\n/).filter((line) => line.startsWith('@'));
  return lines.length > 0 ? lines.map(parseStep) : parseScript(DEFAULT_SCRIPT);
}

function parseStep(line: string): Step {
  const once = /^@once\s+(?=@)/.exec(line);
  const directive = once ? line.slice(once[0].length) : line;
  return { once: once !== null, action: parseAction(directive.trimEnd()) };
}

/** Reads what stands after the name of a directive; nothing where it makes no sense. */
type Reader = (rest: string) => Action | undefined;

const alone =
  (action: Action): Reader =>
  (rest) =>
    rest === '' ? action : undefined;
const withNumber =
  (action: (number: number) => Action): Reader =>
  (rest) =>
    /^\d+(\.\d+)?$/.test(rest) ? action(Number(rest)) : undefined;
const withText =
  (action: (text: string) => Action): Reader =>
  (rest) =>
    rest === '' ? undefined : action(rest);

const DIRECTIVES: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['say', (text) => ({ do: 'say', text })],
  ['ask', (text) => ({ do: 'ask', text })],
  ['request', withText((command) => ({ do: 'request', command }))],
  ['retry', (text) => ({ do: 'retry', text })],
  ['print-raw', (text) => ({ do: 'print-raw', text })],
  ['run', withText((command) => ({ do: 'run', command }))],
  ['fork', withText((command) => ({ do: 'fork', command }))],
  ['wait', withText((file) => ({ do: 'wait', file }))],
  ['touch', withText((file) => ({ do: 'touch', file }))],
  ['write', readWrite],
  ['sleep', withNumber((ms) => ({ do: 'sleep', ms }))],
  ['spew', withNumber((megabytes) => ({ do: 'spew', megabytes }))],
  ['exit', withNumber((code) => ({ do: 'exit', code }))],
  ['exit0-early', alone({ do: 'exit', code: 0 })],
  ['die', (signal) => (/^SIG[A-Z0-9]+$/.test(signal) ? { do: 'die', signal } : undefined)],
  ['fail', readFail],
  ['marker', alone({ do: 'marker' })],
  ['listen', alone({ do: 'listen' })],
  ['hang', alone({ do: 'hang' })],
  ['block', alone({ do: 'block' })],
  ['ignore-term', alone({ do: 'ignore-term' })],
  ['final-then-hang', alone({ do: 'final-then-hang' })],
]);

function parseAction(line: string): Action {
  const [, name = '', rest = ''] = /^@(\S+)\s*(.*)$/.exec(line) ?? [];
  return DIRECTIVES.get(name)?.(rest) ?? { do: 'nonsense', line };
}

function readWrite(rest: string): Action | undefined {
  const [, file, text = ''] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
  return file === undefined ? undefined : { do: 'write', file, text };
}

function readFail(rest: string): Action | undefined {
  const [, kind, seconds] = /^([a-z-]+)(?:\s+(\d+))?$/.exec(rest) ?? [];
  if (kind === undefined) return undefined;
  return { do: 'fail', kind, ...(seconds === undefined ? {} : { resetInSeconds: Number(seconds) }) };
}
