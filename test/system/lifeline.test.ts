import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Lifeline, lifeline, makeFifo } from '../../src/system/lifeline.ts';

const patience = { timeout: 5000, interval: 2 };

let dir = '';
let fifo = '';
const lines: Lifeline[] = [];
const holders: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hf-lifeline-'));
  fifo = join(dir, 'fifo');
  execFileSync('mkfifo', [fifo]);
});
afterEach(() => {
  for (const line of lines.splice(0)) line.close();
  for (const { pid } of holders.splice(0)) if (pid) process.kill(-pid, 'SIGKILL'); // its group, in which a child lives on
  rmSync(dir, { recursive: true, force: true });
});

function watch() {
  const onGone = vi.fn();
  const line = lifeline(fifo, onGone);
  lines.push(line);
  return { line, onGone };
}

/** Holds the FIFO as the runner does, and starts a child that does not get it. */
async function hold(script = 'exec 9<>"$1"; sleep 100 9>&- & echo up; wait'): Promise<ChildProcess> {
  const holder = spawn('sh', ['-c', script, 'sh', fifo], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  holders.push(holder);
  await once(holder.stdout, 'data');
  return holder;
}

describe('a lifeline', () => {
  test('that nobody ever held is no news', async () => {
    const { line, onGone } = watch();
    expect(line.holder()).toBe('gone');
    await hold();
    expect(line.holder()).toBe('alive');
    expect(onGone).not.toHaveBeenCalled();
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'tells at once that its holder is gone by %s, though a child lives on',
    async (name) => {
      const { line, onGone } = watch();
      const holder = await hold();
      holder.kill(name);
      await vi.waitFor(() => expect(onGone).toHaveBeenCalledTimes(1), patience);
      expect(line.holder()).toBe('left');
    },
  );

  test('tells cheaply whether it is held, and at once when it is not any more', async () => {
    const { line, onGone } = watch();
    expect(line.isHeld()).toBe(false);
    const holder = await hold();
    expect([line.isHeld(), line.isHeld()]).toEqual([true, true]);
    holder.kill('SIGKILL');
    await vi.waitFor(() => expect(onGone).toHaveBeenCalled(), patience);
    expect(line.isHeld()).toBe(false);
  });

  test('asks the kernel again after half a minute, in case its end of file was lost', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
    onTestFinished(() => clock.mockRestore());
    const { line } = watch();
    const holder = await hold();
    expect(line.isHeld()).toBe(true);
    line.close(); // from now on nothing is told by itself
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(line.isHeld()).toBe(true);
    let now = 1000;
    clock.mockImplementation(() => (now += 30_001)); // each look comes later: the child of the holder lets go a moment after it was born
    await vi.waitFor(() => expect(line.isHeld()).toBe(false), patience);
  });

  test('can be taken up by who comes later: a daemon that was started again', async () => {
    const holder = await hold();
    const { line, onGone } = watch();
    expect(line.holder()).toBe('alive');
    holder.kill('SIGKILL');
    await vi.waitFor(() => expect(onGone).toHaveBeenCalled(), patience);
  });

  test('holds until the last of several holders is gone', async () => {
    const { line } = watch();
    const first = await hold();
    await hold();
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(line.holder()).toBe('alive');
  });

  test('that is closed says nothing more', async () => {
    const { line, onGone } = watch();
    const other = watch();
    const holder = await hold();
    line.close();
    holder.kill('SIGKILL');
    await vi.waitFor(() => expect(other.onGone).toHaveBeenCalled(), patience);
    expect(onGone).not.toHaveBeenCalled();
  });
});

describe('a FIFO', () => {
  const env = { PATH: '/usr/bin:/bin' };

  test('is made for us alone', async () => {
    await makeFifo(join(dir, 'made'), env);
    const stats = statSync(join(dir, 'made'));
    expect(stats.isFIFO()).toBe(true);
    expect(stats.mode & 0o777).toBe(0o600);
  });

  test('that cannot be made is told of in the words of mkfifo', async () => {
    await expect(makeFifo(join(dir, 'none', 'made'), env)).rejects.toThrow(/mkfifo: .*No such file or directory/);
    await expect(makeFifo(join(dir, 'made'), { PATH: '/none' })).rejects.toThrow('ENOENT');
  });
});
