import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { LaunchError } from '../domain/driver.ts';

/** How an agent's own command is run. */
export interface AgentCommand {
  /** The words that run the agent. */
  readonly bin: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** opencode answers within a second, within eight where others start beside it; a whole fleet may come back at once. */
const ANSWERS_WITHIN_MS = 60_000;
const WORDS = 300;

/**
 * What the agent's own command answers to these words. Only exit 0 is an answer: of one that fails, or does not end,
 * nothing may be concluded, least of all that a conversation does not exist.
 */
export async function ask(
  { bin: [file, ...words], env, cwd }: AgentCommand,
  args: readonly string[],
  withinMs = ANSWERS_WITHIN_MS,
): Promise<string> {
  const options = { env, extendEnv: false, cwd, stdin: 'ignore', reject: false, timeout: withinMs } as const;
  // A program that it started may hold the pipe for longer. It bears the mark of the task and is ended with the attempt.
  const done = await Promise.race([
    execa(file, [...words, ...args], options),
    pause(withinMs, undefined, { ref: false }),
  ]);
  if (done?.exitCode === 0) return done.stdout;
  const how = done === undefined || done.timedOut ? `gave no answer in ${withinMs / 1000} s` : ending(done);
  const asked = [basename(file), ...args.slice(0, 1)].join(' ');
  throw new LaunchError(`nobody knows whether there is a conversation to resume: ${asked} ${how}`, {
    permanent: false,
  });
}

interface End {
  readonly code?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly stderr: string;
}

/** Its last words say why; what comes before may be long. */
function ending({ code, exitCode, signal, stderr }: End): string {
  const how =
    exitCode === undefined
      ? signal === undefined
        ? `could not be run (${code ?? 'unknown'})`
        : `was killed by ${signal}`
      : `ended with ${exitCode}`;
  const said = stderr.trim().split('\n').at(-1)?.trim().slice(0, WORDS);
  return said ? `${how}: ${said}` : how;
}
