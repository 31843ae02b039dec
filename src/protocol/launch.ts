import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Connection, connect } from './client.ts';
import { inheritable } from './environment.ts';
import { Refusal, Unreachable } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Paths } from './paths.ts';
import { makePrivateDir } from './private-dir.ts';
import { startService } from './service.ts';
import { glance } from './settings-glance.ts';

/** The daemon's program. */
export const daemonEntry = fileURLToPath(new URL('../daemon/main.js', import.meta.url));

/** The daemon lives for weeks and its garbage is small: a young generation of 4 MB instead of 16 saves 20 MB of memory; with 1 MB a boot takes a fifth longer (Node 20). */
export const daemonFlags = ['--max-semi-space-size=4'];

/** Twenty calls at once may each start one, on a machine that is busy anyway; one that dies is known at once. */
const DEADLINE_MS = 30_000;
const POLL_MS = 15;
const STDERR_BYTES = 1_048_576;

/** Ours, and what decides where tmux has its sockets. */
const OURS = /^(?:HOLDFAST_\w+|TMUX_TMPDIR)$/;
/** They belong to one attempt, whose agent must not lend its identity to the daemon, or to one call. */
const NOT_ITS_OWN = ['HOLDFAST_MARK', 'HOLDFAST_TASK', 'HOLDFAST_ATTEMPT', 'HOLDFAST_YES'];

/**
 * What the C library of Linux would keep of what is free. It gives nearly each of the daemon's threads a heap of its own: two do, 9 MB
 * less beside 40 tasks whose agents die all the time. A buffer of 64 kB, as each pipe is read with, goes back where it is no part of a
 * heap, and so does the end of a heap where that is not put off: by itself, both limits grow with the largest buffer that was ever
 * freed. That is 20 of 122 MB beside 200 such tasks (glibc 2.36, Node 20). No child of its own inherits these.
 */
export const daemonMalloc = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the daemon inherits of the environment: nothing that an orchestrator or an agent keeps there for itself. `passed`
 * are names that the operator wants to get through to agents.
 */
export function daemonEnvironment(env: Environment, passed: readonly string[] = []): Record<string, string> {
  const kept = inheritable(env);
  for (const [name, value] of Object.entries(env)) {
    const ours = OURS.test(name) && !NOT_ITS_OWN.includes(name);
    if (value !== undefined && (ours || passed.includes(name))) kept[name] = value;
  }
  return kept;
}

/**
 * Starts the daemon, detached from everything of ours, and returns when it answers. Where it is a service, the service
 * manager starts it; if that fails we do, and say why it does not run.
 */
export async function launchDaemon(paths: Paths, env: Environment, entry: string = daemonEntry): Promise<Connection> {
  makePrivateDir(paths.stateDir);
  if (await startService(paths, env)) return await connect(paths.socket);
  const stderr = openStderr(paths.stderrFile);
  const said = fstatSync(stderr).size;
  try {
    const child = spawn(process.execPath, [...daemonFlags, entry], {
      detached: true,
      cwd: '/',
      env: { ...daemonMalloc, ...daemonEnvironment(env, glance(paths.configFile).passed) },
      stdio: ['ignore', 'ignore', stderr],
    });
    child.unref();
    return await answering(paths, ending(child), () => lastLine(paths.stderrFile, said));
  } finally {
    closeSync(stderr);
  }
}

function openStderr(path: string): number {
  try {
    const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
    const fd = openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0o600);
    fchmodSync(fd, 0o600); // the umask may have taken even that
    if (fstatSync(fd).size > STDERR_BYTES) ftruncateSync(fd);
    return fd;
  } catch (cause) {
    throw new Refusal(EXIT.cannotWrite, `cannot write ${path}: ${String(cause)}`, { cause });
  }
}

interface End {
  readonly why: string;
  readonly code: number | null;
}

/** How a child ended, once it has; a spawn that failed has no status. */
function ending(child: ChildProcess): () => End | undefined {
  let end: End | undefined;
  child.once('error', (error) => {
    end = { why: `could not be started: ${error.message}`, code: null };
  });
  child.once('exit', (code, signal) => {
    end = { why: signal ? `was killed by ${signal}` : `ended with exit code ${code}`, code };
  });
  return () => end;
}

/** A socket cannot be watched before it exists, so this asks until somebody answers. */
async function answering(paths: Paths, ended: ReturnType<typeof ending>, said: () => string): Promise<Connection> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const end = ended(); // asked first, so that a daemon that was quick to answer and to leave is still heard
    try {
      return await connect(paths.socket);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
    // Exit 75 says that another daemon holds the lock: it may be the one of a CLI that came a moment earlier.
    if (end && (end.code !== EXIT.tryAgain || Date.now() > deadline)) {
      throw new Refusal(end.code || EXIT.unavailable, sentenceOf(end, said()));
    }
    if (Date.now() > deadline) {
      throw new Refusal(
        EXIT.unavailable,
        `the daemon does not answer. What it said: ${paths.logFile}, ${paths.stderrFile}`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** A daemon that knew why it could not start (sysexits) has said it in a sentence for a person. */
const sentenceOf = ({ why, code }: End, said: string): string =>
  code !== null && code >= EXIT.badPrompt && code <= EXIT.badSettings && said.startsWith(': ')
    ? said.slice(2)
    : `the daemon ${why}${said}`;

function lastLine(path: string, from: number): string {
  const lines = readFileSync(path).subarray(from).toString('utf8').trim().split('\n');
  // A crash of Node itself ends in its version; what happened stands above the stack.
  const last = (
    lines.findLast((line) => /^(holdfast daemon|\w*Error( \[\w+\])?): /.test(line)) ?? lines.at(-1)
  )?.trim();
  return last ? `: ${last.replace(/^holdfast daemon: /, '')}` : `; it left no word in ${path}`;
}
