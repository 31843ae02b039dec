import { execFile } from 'node:child_process';

/** A command of a tool that we know, by its argv: no shell ever reads it. It gets this environment and no more. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Who takes longer is killed. */
  readonly timeoutMs: number;
  /** What it reads; nothing where this is left out. */
  readonly input?: string;
  /** Who says more is killed. */
  readonly mostBytes?: number;
}

/** How a command ended, and what it said, without the last line break. Nothing in it repeats its words. */
export interface CommandEnd {
  readonly end: End;
  readonly stdout: string;
  readonly stderr: string;
}

type End =
  | { readonly by: 'exit'; readonly status: number }
  | { readonly by: 'signal'; readonly signal: string }
  | { readonly by: 'time' }
  /** It could not be started, or not be heard to its end. */
  | { readonly by: 'error'; readonly code: string };

const MOST_BYTES = 100_000_000;

/** What is used up where no process can be started, by the code of that error. */
const USED_UP: Readonly<Record<string, string>> = {
  EAGAIN: 'the limit on processes (ulimit -u) is reached',
  ENOMEM: 'there is no memory',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
};

/** No process can be started just now: the machine, or a limit of ours, is exhausted. Nothing has begun, and it passes. */
export class ExhaustedError extends Error {
  override readonly name = 'ExhaustedError';
}

/** That error, where a command ended so. */
export function exhaustion(end: End): ExhaustedError | undefined {
  if (end.by !== 'error' || !Object.hasOwn(USED_UP, end.code)) return undefined;
  return new ExhaustedError(`no process can be started just now (${end.code}: ${USED_UP[end.code]})`);
}

/**
 * Runs a command to its end; it never throws. Not by execa, which takes 213 KB and 4.6 ms of CPU for each instead of 27 KB
 * and 1.3 ms (execa 9.6, Node 20): a death costs a dozen commands, and each tick one.
 */
export function runCommand({ argv, env, cwd, timeoutMs, input = '', mostBytes = MOST_BYTES }: Command) {
  const [file, ...words] = argv;
  const options = { env, cwd, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: mostBytes } as const;
  return new Promise<CommandEnd>((resolve) => {
    try {
      const child = execFile(file, words, options, (error, stdout, stderr) => {
        resolve({ end: endOf(error), stdout: unended(stdout), stderr: unended(stderr) });
      });
      child.stdin?.on('error', () => undefined); // it ended without reading all: its status says what that means
      child.stdin?.end(input);
    } catch (error) {
      resolve({ end: { by: 'error', code: codeOf(error) }, stdout: '', stderr: '' }); // some errors of spawn are thrown: E2BIG
    }
  });
}

type Failure = Parameters<NonNullable<Parameters<typeof execFile>[3]>>[0];

function endOf(error: Failure): End {
  if (!error) return { by: 'exit', status: 0 };
  if (typeof error.code === 'number') return { by: 'exit', status: error.code };
  if (typeof error.code === 'string') return { by: 'error', code: error.code };
  if (error.killed) return { by: 'time' };
  return { by: 'signal', signal: error.signal ?? 'unknown' };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

const unended = (text: string): string => text.replace(/\r?\n$/, '');
