import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchTasks } from '../../src/daemon/watch.ts';

const patience = { timeout: 5000, interval: 5 };

function tasks(count = 1) {
  const root = mkdtempSync(join(tmpdir(), 'hf-watch-'));
  const dirs = Array.from({ length: count }, (_, n) => join(root, `task-${n}-abcdef`));
  for (const dir of dirs) mkdirSync(join(dir, 'attempts'), { recursive: true });
  const hint = vi.fn();
  const failed = vi.fn();
  const watch = watchTasks(hint, failed);
  onTestFinished(() => {
    watch.close();
    rmSync(root, { recursive: true });
    expect(failed).not.toHaveBeenCalled();
  });
  const [dir = ''] = dirs;
  const id = basename(dir);
  /** Does something, of which a hint comes. */
  const hinted = async (deed: () => void) => {
    hint.mockClear();
    deed();
    await vi.waitFor(() => expect(hint).toHaveBeenCalledWith(id), patience);
  };
  return { watch, dirs, dir, hint, hinted };
}
const attempt = (dir: string, n: number, name = '') => join(dir, 'attempts', String(n), name);

test.each([1, 2])('a task is looked at when attempt %d begins, and at what is written in it', async (n) => {
  const { watch, dir, hinted } = tasks();
  if (n > 1) mkdirSync(attempt(dir, n - 1));
  watch.add(dir);
  await hinted(() => mkdirSync(attempt(dir, n)));
  await hinted(() => appendFileSync(attempt(dir, n, 'runner.json'), '{}'));
});

test('an attempt that has begun before is watched too', async () => {
  const { watch, dir, hinted } = tasks();
  for (const n of [2, 10]) mkdirSync(attempt(dir, n));
  watch.add(dir);
  await hinted(() => appendFileSync(attempt(dir, 10, 'exit.json'), '{}'));
});

test('an agent that streams is looked at now and then, not at every event', async () => {
  const { watch, dir, hint, hinted } = tasks();
  mkdirSync(attempt(dir, 1));
  watch.add(dir);
  appendFileSync(attempt(dir, 1, 'events.jsonl'), '');
  await hinted(() => {
    for (let times = 0; times < 100; times++) appendFileSync(attempt(dir, 1, 'events.jsonl'), '{}\n');
  });
  expect(hint.mock.calls.length).toBeLessThan(5);
});

test('a task that is left and taken up again is watched again', async () => {
  const { watch, dir, hinted } = tasks();
  mkdirSync(attempt(dir, 1));
  watch.add(dir);
  watch.remove(dir);
  watch.add(dir);
  await hinted(() => appendFileSync(attempt(dir, 1, 'exit.json'), '{}'));
});

test('a directory that is gone is no failure', () => {
  const { watch, dir } = tasks();
  watch.add(join(dir, 'none'));
});

test('a directory that cannot be watched is told of', () => {
  const { dir } = tasks();
  const file = attempt(dir, 1);
  appendFileSync(file, '');
  const failed = vi.fn();
  const watch = watchTasks(vi.fn(), failed);
  watch.add(file);
  watch.close();
  expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'ENOTDIR' }));
});

test.runIf(existsSync('/proc/self/fdinfo'))('of tasks that are left nothing is watched any more', async () => {
  const { watch, dirs, hinted } = tasks(10);
  const before = watchedPaths();
  for (const dir of dirs) watch.add(dir);
  for (const dir of dirs.toReversed()) {
    mkdirSync(attempt(dir, 1));
    appendFileSync(attempt(dir, 1, 'events.jsonl'), '{}\n');
  }
  await hinted(() => mkdirSync(attempt(dirs[0] ?? '', 2)));
  expect(watchedPaths() - before).toBeGreaterThanOrEqual(10);
  for (const dir of dirs) watch.remove(dir);
  expect(watchedPaths()).toBe(before);
});

/** How many paths this process watches, by the word of the kernel. */
function watchedPaths(): number {
  return readdirSync('/proc/self/fd')
    .filter((fd) => linkOf(fd) === 'anon_inode:inotify')
    .reduce(
      (sum, fd) => sum + (readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^inotify wd:/gm)?.length ?? 0),
      0,
    );
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ''; // the one that read the directory
  }
}
