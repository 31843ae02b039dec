import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';

const HOLDFAST = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));
/** Somebody stands and waits for it. */
const MOST_MS = 15_000;

function demo() {
  const child = spawn(process.execPath, [HOLDFAST, 'demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? Number.NaN));
  });
  return { child, text: () => text, ended, directory: () => /in (\/tmp\/holdfast-demo-\w+)/.exec(text)?.[1] ?? '' };
}

const attachCommand = (text: string): string => /watch it meanwhile: (.+)$/m.exec(text)?.[1] ?? '';

test('the demo kills an agent, shows the same conversation go on to its end, and leaves nothing behind', async () => {
  const began = performance.now();
  const { text, ended, directory } = demo();
  expect(await ended).toBe(0);
  expect(performance.now() - began).toBeLessThan(MOST_MS);
  expect(attachCommand(text())).toMatch(/^tmux -u -L holdfast-demo-\d+ attach-session -t =demo-mend-cart$/);
  expect(text()).toMatch(
    /kill -9 \d+.*known after \d+ ms.*the same conversation \S+ resumed after \d+ ms \(attempt 2\)/s,
  );
  expect(text()).toMatch(/succeeded after 2 attempts: exit 0 and the final event/);
  expect(existsSync(directory())).toBe(false);
});

test('an interrupted demo, whose session could be watched as it said, cleans up first', async () => {
  const { child, text, ended, directory } = demo();
  await vi.waitFor(() => expect(text()).toContain('$ node check.mjs'), { timeout: 10_000 });
  expect(existsSync(directory())).toBe(true);
  const [file = '', ...words] = attachCommand(text()).replace('attach-session', 'has-session').split(' ');
  expect(spawnSync(file, words, { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(existsSync(directory())).toBe(false);
});
