import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type Invocation =
  | { readonly command: 'version' }
  | {
      readonly command: 'run' | 'resume';
      readonly conversation: string;
      readonly permissions: string;
      /** Draw in the terminal, and stay for more. */
      readonly tui: boolean;
      readonly model?: string;
    };

/** A command line that cannot be followed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const USAGE =
  'usage: demo run --json|--tui [--conversation ID] | demo resume ID --json|--tui  [--permissions LEVEL] [--model NAME]';
const LEVELS = ['read-only', 'workspace', 'full'];

/** Reads the words after the program's name. */
export function readInvocation(args: readonly string[]): Invocation {
  const { values, positionals } = parse(args);
  if (values.version) return { command: 'version' };
  const [command, id = values.conversation ?? randomUUID(), ...more] = positionals;
  if ((command !== 'run' && command !== 'resume') || more.length > 0) throw new UsageError(USAGE);
  if (command === 'resume' ? positionals.length !== 2 : positionals.length !== 1) throw new UsageError(USAGE);
  if (!values.json && !values.tui)
    throw new UsageError(`it speaks JSON only, so --json is needed (or --tui); ${USAGE}`);
  if (!LEVELS.includes(values.permissions)) {
    throw new UsageError(`"${values.permissions}" is not a permission level: use ${LEVELS.join(', ')}`);
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/.test(id)) {
    throw command === 'run' ? new UsageError(`"${id}" is not a conversation id`) : new Error(`no conversation ${id}`);
  }
  const model = values.model === undefined ? {} : { model: values.model };
  return { command, conversation: id, permissions: values.permissions, tui: values.tui, ...model };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        tui: { type: 'boolean', default: false },
        conversation: { type: 'string' },
        permissions: { type: 'string', default: 'workspace' },
        model: { type: 'string' },
        version: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : USAGE, { cause });
  }
}
