/** One thing that a script can ask for. */
export type Action =
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'ask'; readonly text: string }
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

function parseAction(line: string): Action {
  const [, name = '', rest = ''] = /^@(\S+)\s*(.*)$/.exec(line) ?? [];
  const nonsense: Action = { do: 'nonsense', line };
  switch (name) {
    case 'say':
    case 'ask':
    case 'retry':
    case 'print-raw':
      return { do: name, text: rest };
    case 'run':
    case 'fork':
      return rest === '' ? nonsense : { do: name, command: rest };
    case 'wait':
    case 'touch':
      return rest === '' ? nonsense : { do: name, file: rest };
    case 'write': {
      const [, file, text] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
      return file === undefined ? nonsense : { do: 'write', file, text: text ?? '' };
    }
    case 'sleep':
      return isNumber(rest) ? { do: 'sleep', ms: Number(rest) } : nonsense;
    case 'spew':
      return isNumber(rest) ? { do: 'spew', megabytes: Number(rest) } : nonsense;
    case 'exit':
      return isNumber(rest) ? { do: 'exit', code: Number(rest) } : nonsense;
    case 'exit0-early':
      return { do: 'exit', code: 0 };
    case 'die':
      return /^SIG[A-Z0-9]+$/.test(rest) ? { do: 'die', signal: rest } : nonsense;
    case 'fail': {
      const [, kind, seconds] = /^([a-z-]+)(?:\s+(\d+))?$/.exec(rest) ?? [];
      if (kind === undefined) return nonsense;
      return { do: 'fail', kind, ...(seconds === undefined ? {} : { resetInSeconds: Number(seconds) }) };
    }
    case 'marker':
    case 'hang':
    case 'block':
    case 'ignore-term':
    case 'final-then-hang':
      return rest === '' ? { do: name } : nonsense;
    default:
      return nonsense;
  }
}

const isNumber = (text: string): boolean => /^\d+(\.\d+)?$/.test(text);
