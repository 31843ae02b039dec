import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newTask } from '../../src/domain/task.ts';
import { bounded, keepScreen } from '../../src/drivers/screen.ts';
import type { SessionHost } from '../../src/drivers/session.ts';
import { panesOf } from '../../src/system/panes.ts';
import { heldIn } from '../daemon/samples.ts';

test.each([
  ['that is small, as it is', 'one\ntwo\n', 20, 'one\ntwo\n'],
  ['that is large, in whole lines of its end', 'one\ntwo\nthree\n', 9, 'three\n'],
  ['in whole characters', 'éé\néé\n', 6, 'éé\n'],
])('a screen is kept %s', (_, screen, most, kept) => {
  expect(bounded(screen, most)).toBe(kept);
});

describe('the screens of a task', () => {
  /** A task with so many attempts, and a tmux that shows this in its pane; without words it has none. */
  function taskOf(attempts: number) {
    const dir = mkdtempSync(join(tmpdir(), 'hf-screen-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    for (let nth = 1; nth <= attempts; nth++) mkdirSync(join(dir, 'attempts', String(nth)), { recursive: true });
    const subject = heldIn(dir, { ...newTask(0), attempt: attempts, phase: { state: 'running' } });
    const { session, id: mark } = subject.spec;
    const pane = { session, id: '%1', mark, dead: true, inMode: false, attached: false, drawnAt: 0, server: 7 };
    let now = 0;
    let shown: string | undefined;
    const tmux = { panes: async () => (shown === undefined ? [] : [pane]), capture: async () => shown };
    const host = { tmux, panes: panesOf(tmux, () => now) } as unknown as SessionHost; // it is asked for no more
    const fileOf = (attempt: number): string => join(dir, 'attempts', String(attempt), 'screen.txt');
    return {
      fileOf,
      ends: async (attempt: number, screen?: string) => {
        now += 60_000; // no list of panes is that fresh
        shown = screen;
        await keepScreen(host, subject, attempt);
      },
      kept: () =>
        readdirSync(join(dir, 'attempts'))
          .map(Number)
          .filter((attempt) => existsSync(fileOf(attempt)))
          .sort((a, b) => a - b),
    };
  }
  const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

  test('are kept of the last twenty attempts, each as it ended, readable by its owner', async () => {
    const { ends, kept, fileOf } = taskOf(23);
    for (const attempt of from(1, 20)) await ends(attempt, `screen ${attempt}\n\n`);
    expect(kept()).toEqual(from(1, 20));
    for (const attempt of from(21, 23)) await ends(attempt, `screen ${attempt}\n\n`);
    expect(kept()).toEqual(from(4, 23));
    for (const attempt of kept()) expect(readFileSync(fileOf(attempt), 'utf8')).toBe(`screen ${attempt}\n`);
    expect(statSync(fileOf(23)).mode & 0o777).toBe(0o600);
  });

  test('are no more than that where those of some attempts could not be kept', async () => {
    const { ends, kept } = taskOf(40);
    for (const attempt of from(1, 20)) await ends(attempt, 'shown');
    for (const attempt of from(21, 39)) await ends(attempt);
    expect(kept()).toEqual(from(1, 20)); // the last that there are
    await ends(40, 'shown');
    expect(kept()).toEqual([40]);
  });

  test('are as large as two million bytes, from their end', async () => {
    const { ends, fileOf } = taskOf(1);
    await ends(1, `first\n${'kelp\n'.repeat(500_000)}last\n`);
    const kept = readFileSync(fileOf(1), 'utf8');
    expect(kept.length).toBeLessThanOrEqual(2_000_000);
    expect(kept.length).toBeGreaterThan(1_999_900);
    expect(kept).toMatch(/^kelp\n(?:kelp\n)*last\n$/);
  });
});
