import { afterEach, expect, test, vi } from 'vitest';
import type { Log } from '../../src/daemon/log.ts';
import { watchUncaught } from '../../src/daemon/uncaught.ts';

const before = process.listeners('uncaughtException');
afterEach(() => {
  for (const ours of process.listeners('uncaughtException')) {
    if (!before.includes(ours)) process.off('uncaughtException', ours);
  }
  process.removeAllListeners('SIGXFSZ');
  vi.restoreAllMocks();
});

/** What an uncaught error makes of the daemon: its words, and its exit code where it ends. */
function uncaught(error: Error) {
  const fatal = vi.fn();
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  watchUncaught({ fatal } as unknown as Log); // it is asked for nothing else
  process.listeners('uncaughtException').at(-1)?.(error, 'uncaughtException');
  return { logged: fatal.mock.calls.length, exits: exit.mock.calls.flat(), said: write.mock.calls.flat().join('') };
}

test('an error that nobody caught ends the daemon, and is told without what it may carry', () => {
  const { logged, exits, said } = uncaught(new Error('sk-secret'));
  expect({ logged, exits }).toEqual({ logged: 1, exits: [1] });
  expect(said).toContain('holdfast daemon: Error: ');
  expect(said).not.toContain('sk-secret');
});

test.each(['EMFILE', 'EAGAIN'])('but for a process that could not be started because of %s: that passes', (code) => {
  const error = Object.assign(new Error('spawn true'), { syscall: 'spawn true', code, spawnargs: ['sk-secret'] });
  expect(uncaught(error)).toEqual({ logged: 1, exits: [], said: '' });
});

test('a file that cannot be opened for the same reason is no such process', () => {
  const error = Object.assign(new Error('open'), { syscall: 'open', code: 'EMFILE' });
  expect(uncaught(error).exits).toEqual([1]);
});
