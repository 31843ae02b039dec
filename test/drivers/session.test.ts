import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newTask } from '../../src/domain/task.ts';
import { readHost } from '../../src/drivers/attempt.ts';
import { openSession, type SessionHost } from '../../src/drivers/session.ts';
import { panesOf } from '../../src/system/panes.ts';
import { type Pane, TmuxError } from '../../src/system/tmux.ts';
import { heldIn } from '../daemon/samples.ts';

const KEEPER: Pane = {
  session: '_keeper',
  id: '%0',
  mark: '',
  dead: false,
  attached: false,
  inMode: false,
  server: 7,
  drawnAt: 0,
};

/** A tmux whose server is started by `ensure`, and lives for so many lists of its panes; a first one is asked for before. */
function stage(lists: number) {
  const dir = mkdtempSync(join(tmpdir(), 'hf-session-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, 'launch'));
  const subject = heldIn(dir, { ...newTask(0), attempt: 1, phase: { state: 'starting', claimBy: 0 } });
  const opened: string[] = [];
  let left = 0;
  const none = new TmuxError('list-panes', 'no-server', 'no server running');
  const tmux = {
    panes: async () => {
      const there = left > 0;
      left -= 1;
      await new Promise((answered) => setImmediate(answered));
      if (!there) throw none;
      return [KEEPER];
    },
    newSession: async ({ name }: { readonly name: string }) => void opened.push(name),
  };
  const panes = panesOf(tmux);
  const server = {
    ensure: async () => {
      void panes.refresh(); // another task looks for its pane
      left = lists;
    },
  };
  const host = { tmux, panes, server, bootId: 'boot', runnerScript: '/runner.sh' } as unknown as SessionHost; // it is asked for no more
  const launch = () => openSession(host, subject, { terminal: false, companion: ['view'], kind: 'fresh' });
  return { launch, opened, recorded: () => readHost(dir, 1) };
}

test('an attempt is recorded with the server that was started for it, whatever list of panes is under way', async () => {
  const { launch, opened, recorded } = stage(1);
  await launch();
  expect(opened).toEqual(['demo-told']);
  expect(recorded()).toEqual({ boot: 'boot', server: 7 });
});

test('no attempt is launched while no server is there to be recorded', async () => {
  const { launch, opened, recorded } = stage(0);
  await expect(launch()).rejects.toThrow('the tmux server has died again');
  expect(opened).toEqual([]);
  expect(recorded()).toBeUndefined();
});
