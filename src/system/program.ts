import { execa } from 'execa';

/** One program, run by its argv: no shell ever reads it. */
export interface ProgramOrder {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly stdin?: string;
}

/** How it ended. `status` is absent where it could not be started or was killed; `why` says so then. */
export interface ProgramEnd {
  readonly status?: number;
  readonly why: string;
  readonly stdout: string;
  readonly stderr: string;
}

const MOST_CHARACTERS = 1_000_000;
const KILL_AFTER_MS = 2000;
const OUTPUT_AFTER_MS = 500;

/** Runs a program to its end or its time limit. What it has started and left running is its own affair. */
export async function runProgram({ argv, env, timeoutMs, stdin = '' }: ProgramOrder): Promise<ProgramEnd> {
  const [file = '', ...args] = argv;
  const program = execa(file, args, {
    env,
    extendEnv: false,
    cwd: '/',
    input: stdin,
    timeout: timeoutMs,
    forceKillAfterDelay: KILL_AFTER_MS,
    maxBuffer: MOST_CHARACTERS,
    reject: false,
    stripFinalNewline: false,
  });
  // What it left running may hold its output open for good: so long is that waited for, and not for what follows of it.
  program.once('exit', () => {
    const late = setTimeout(() => {
      for (const output of [program.stdout, program.stderr]) output?.destroy();
    }, OUTPUT_AFTER_MS);
    late.unref();
    program.once('close', () => clearTimeout(late));
  });
  const done = await program;
  const { exitCode, stdout, stderr } = done;
  const why = done.timedOut
    ? `did not end in ${timeoutMs / 1000} s`
    : done.code === 'ENOENT'
      ? 'is not there'
      : done.signal
        ? `was killed by ${done.signal}`
        : exitCode === undefined
          ? `could not be run (${done.code ?? 'unknown'})`
          : `ended with ${exitCode}`;
  return { ...(exitCode === undefined || done.timedOut ? {} : { status: exitCode }), why, stdout, stderr };
}
