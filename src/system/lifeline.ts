import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { exhaustion, runCommand } from './command.ts';
import { hasCode } from './files.ts';

/** Our end of a FIFO that another process holds open for as long as it lives. */
export interface Lifeline {
  /** `left`: somebody held it and let go while we watched. `gone`: nobody holds it, and perhaps nobody ever did. */
  readonly holder: () => 'alive' | 'gone' | 'left';
  /** Cheaper, for who asks every few seconds: by what the kernel has told us, and by a probe only where the last is older than half a minute. */
  readonly isHeld: () => boolean;
  readonly close: () => void;
}

/** A probe costs three system calls and an exception, and the end of file comes without: it is asked again in case that was lost. */
const BELIEVED_MS = 30_000;

const MADE_WITHIN_MS = 10_000;

/** Makes a FIFO for us alone; Node has no call for it. */
export async function makeFifo(path: string, env: Readonly<Record<string, string>>): Promise<void> {
  const argv = ['mkfifo', '-m', '600', path] as const;
  const { end, stderr } = await runCommand({ argv, env, cwd: '/', timeoutMs: MADE_WITHIN_MS });
  if (end.by !== 'exit' || end.status !== 0)
    throw exhaustion(end) ?? new Error(stderr || `mkfifo ${path}: ${JSON.stringify(end)}`);
}

/**
 * Opens the FIFO for reading and calls `onGone` at its end of file: the kernel says that the last holder is gone, however
 * it died, without pids and 0.4 to 3 ms after the fact (tmux 3.3a, Node 20). Never called where nobody ever held it.
 */
export function lifeline(path: string, onGone: () => void): Lifeline {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const watched = new Socket({ fd: openSync(path, flags), readable: true, writable: false });
  watched.on('error', () => undefined); // a broken watch costs the hint only; `holder` asks anew
  let left = false;
  const leave = () => {
    left = true;
    onGone();
  };
  watched.on('close', leave);
  watched.resume();
  let seenAt = Number.NEGATIVE_INFINITY;
  const holder = (): ReturnType<Lifeline['holder']> => {
    const found = left ? 'left' : probe(path, flags);
    seenAt = found === 'alive' ? performance.now() : Number.NEGATIVE_INFINITY;
    return found;
  };
  return {
    holder,
    isHeld: () => (!left && performance.now() - seenAt < BELIEVED_MS) || holder() === 'alive',
    close: () => {
      watched.off('close', leave);
      watched.destroy();
    },
  };
}

/** Reading a FIFO without blocking tells at once whether anybody holds it: "try again" if so, end of file if not. */
function probe(path: string, flags: number): 'alive' | 'gone' {
  const fd = openSync(path, flags);
  try {
    return readSync(fd, Buffer.alloc(1)) === 0 ? 'gone' : 'alive';
  } catch (error) {
    if (hasCode(error, 'EAGAIN')) return 'alive';
    throw error;
  } finally {
    closeSync(fd);
  }
}
