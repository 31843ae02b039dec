import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newTask } from '../../src/domain/task.ts';
import type { PaneHost } from '../../src/drivers/pane.ts';
import { printDriver } from '../../src/drivers/print.ts';
import { panesOf } from '../../src/system/panes.ts';
import type { Pane } from '../../src/system/tmux.ts';
import { heldIn } from '../daemon/samples.ts';

/** A task with a runner at work, a driver that looks at it, and a tmux in which its pane may be or not. */
function atWork() {
  const dir = mkdtempSync(join(tmpdir(), 'hf-observe-'));
  for (const name of ['attempts/1', 'launch']) mkdirSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, 'attempts/1/runner.json'), '{}');
  const fifo = join(dir, 'launch', '1.fifo');
  execFileSync('mkfifo', [fifo]);
  const runner = openSync(fifo, constants.O_RDWR);
  const subject = heldIn(dir, { ...newTask(0), attempt: 1, phase: { state: 'running' } });
  const tmux = { there: true, asked: 0, at: 0 };
  const panes = panesOf(
    {
      panes: async (): Promise<readonly Pane[]> => {
        tmux.asked += 1;
        const more = {
          session: 'demo-told',
          id: '%1',
          dead: false,
          attached: false,
          inMode: false,
          drawnAt: 0,
          server: 7,
        };
        return tmux.there ? [{ ...more, mark: subject.spec.id }] : [{ ...more, mark: 'another' }];
      },
    },
    () => tmux.at,
  );
  const files = { add: () => undefined, remove: () => undefined };
  const host = { panes, files, hint: () => undefined, bootId: 'now' } as unknown as PaneHost; // a look needs no more of it
  const driver = printDriver(host, ['view']);
  onTestFinished(() => {
    driver.release(subject);
    closeSync(runner);
    rmSync(dir, { recursive: true });
  });
  return { dir, driver, subject, tmux, panes };
}

test('no look at a living attempt rests on a list of panes that is older than five seconds', async () => {
  const { driver, subject, tmux } = atWork();
  expect(await driver.observe(subject)).toMatchObject({ runner: 'alive', pane: 'alive' });
  tmux.there = false;
  tmux.at = 4999;
  expect(await driver.observe(subject)).toMatchObject({ pane: 'alive' });
  tmux.at = 5000;
  expect(await driver.observe(subject)).toMatchObject({ runner: 'alive', pane: 'missing' });
  expect(tmux.asked).toBe(2);
});

test('an exit record waits for no list', async () => {
  const { dir, driver, subject, tmux } = atWork();
  writeFileSync(join(dir, 'attempts/1/exit.json'), '{"status":0}');
  expect(await driver.observe(subject)).toMatchObject({ exit: { status: 0 } });
  expect(tmux.asked).toBe(0);
});

test('a calm task needs none either: its runner is asked for by its FIFO', async () => {
  const { driver, subject, tmux, panes } = atWork();
  await panes.refresh();
  tmux.at = 3_600_000;
  expect(driver.isCalm(subject)).toBe(true);
  expect(tmux.asked).toBe(1);
});
