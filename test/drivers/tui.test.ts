import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { claude } from '../../src/agents/claude.ts';
import { openQuestions } from '../../src/domain/asked.ts';
import { LaunchError, type Subject } from '../../src/domain/driver.ts';
import { newTask, type Phase } from '../../src/domain/task.ts';
import type { PaneHost } from '../../src/drivers/pane.ts';
import { tuiDriver } from '../../src/drivers/tui.ts';
import { ExhaustedError } from '../../src/system/command.ts';
import { panesOf } from '../../src/system/panes.ts';
import { heldIn } from '../daemon/samples.ts';

const hook = (event: string, more: object = {}): string => JSON.stringify({ hook_event_name: event, ...more });
const NOW = hook('UserPromptSubmit');

/** Claude's own program at work in a pane, by what its hooks have told; tmux is a stand-in that keeps what is typed. */
function claudeThat(told: readonly string[], phase: Phase, screen = '', before: readonly string[] = [NOW]) {
  const dir = mkdtempSync(join(tmpdir(), 'hf-tui-'));
  for (const name of ['attempts/1', 'launch']) mkdirSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, 'attempts/1/runner.json'), '{}');
  writeFileSync(join(dir, 'attempts/1/events.jsonl'), [...before, ...told].map((line) => `${line}\n`).join(''));
  const fifo = join(dir, 'launch', '1.fifo');
  execFileSync('mkfifo', [fifo]);
  const runner = openSync(fifo, constants.O_RDWR);
  const held = heldIn(dir, { ...newTask(0), attempt: 1, phase });
  const subject: Subject = { ...held, agent: claude, spec: { ...held.spec, agent: 'claude', driver: 'tui' } };
  const seen = { attached: false, at: 0, pressed: [] as string[][], exhaustedOncePressed: false };
  const pane = {
    session: held.spec.session,
    id: '%1',
    mark: held.spec.id,
    dead: false,
    inMode: false,
    drawnAt: 0,
    server: 7,
  };
  const tmux = {
    panes: async () => [{ ...pane, attached: seen.attached }],
    capture: async () => {
      if (seen.exhaustedOncePressed && seen.pressed.length > 0)
        throw new ExhaustedError('no process can be started just now');
      return screen;
    },
    keys: async (_: string, keys: string[]) => void seen.pressed.push(keys),
    paste: async () => undefined,
  };
  const panes = panesOf(tmux, () => seen.at);
  const files = { add: () => undefined, remove: () => undefined };
  const host = { tmux, panes, files, hint: () => undefined, bootId: 'now' } as unknown as PaneHost; // it is asked for no more
  const driver = tuiDriver(host, { usher: ['usher'], hook: '/hook' });
  onTestFinished(() => {
    driver.release(subject);
    closeSync(runner);
    rmSync(dir, { recursive: true });
  });
  return { driver, subject, seen };
}

describe('whoever attaches is known of before the next look may act', () => {
  test.each<[string, readonly string[], Phase]>([
    ['to a program whose turn has ended', [hook('Stop')], { state: 'running' }],
    ['to one that may be hung', [], { state: 'stalled' }],
  ])('%s', async (_, told, phase) => {
    const { driver, subject, seen } = claudeThat(told, phase);
    expect(await driver.observe(subject)).toMatchObject({ attended: false });
    seen.attached = true;
    seen.at = 1000; // long before the list of panes is too old for other verdicts
    expect(await driver.observe(subject)).toMatchObject({ attended: true });
  });
});

test('whoever attaches to a program that has begun no turn is known of too', async () => {
  const { driver, subject, seen } = claudeThat([], { state: 'running' }, '', []);
  expect(await driver.observe(subject)).toMatchObject({ attended: false });
  seen.attached = true;
  seen.at = 1000;
  expect(await driver.observe(subject)).toMatchObject({ attended: true });
});

describe('an answer to one of several questions is typed only where its own is shown', () => {
  const ask = { questions: [{ question: 'which database?', options: [{ label: 'Postgres' }, { label: 'MySQL' }] }] };
  const choose = [
    hook('PreToolUse', { tool_use_id: 'a', tool_name: 'AskUserQuestion', tool_input: ask }),
    hook('PermissionRequest', { tool_name: 'AskUserQuestion', tool_input: ask }),
  ];
  const run = { command: 'make deploy' };
  const deploy = [
    hook('PreToolUse', { tool_use_id: 'b', tool_name: 'Bash', tool_input: run }),
    hook('PermissionRequest', { tool_name: 'Bash', tool_input: run }),
  ];
  const dialog = 'Bash command\n\n   make deploy\n\n ❯ 1. Yes\n   2. No\n\n Esc to cancel';

  async function asked(told: readonly string[]) {
    const looked = claudeThat(told, { state: 'running' });
    const [question] = openQuestions((await looked.driver.observe(looked.subject)).progress);
    if (!question) throw new Error('it asks nothing');
    const { type: _, call: __, ...asks } = question;
    return claudeThat(told, { state: 'waiting-input', ...asks }, dialog);
  }

  test('a choice is, where nothing else is asked', async () => {
    const { driver, subject, seen } = await asked(choose);
    await driver.say(subject, { text: 'Postgres' });
    expect(seen.pressed).toEqual([['1']]);
  });

  test('and would be the yes to a permission that a helper waits for: it is refused', async () => {
    const { driver, subject, seen } = await asked([...choose, ...deploy]);
    await expect(driver.say(subject, { text: 'Postgres' })).rejects.toThrow('it asks several things at once');
    expect(seen.pressed).toEqual([]);
  });

  test('a refusal that could not be followed by its words says what was pressed: asked again, it would be pressed twice', async () => {
    const { driver, subject, seen } = await asked(deploy);
    seen.exhaustedOncePressed = true;
    await expect(driver.say(subject, { text: 'no' })).rejects.toThrow(
      new LaunchError(
        'pressed Escape, but what was to be said then was not: look at the session demo-told (no process can be started just now)',
        { permanent: true },
      ),
    );
    expect(seen.pressed).toEqual([['Escape']]);
  });
});
