import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EventRow } from '../../src/protocol/notices.ts';
import { parserFor } from '../docs/schemas.ts';
import { receiver } from '../notifiers/receiver.ts';
import { type Holdfast, holdfast } from './rig.ts';
import { until } from './until.ts';

const settings = { tickSeconds: 0.3, resume: { baseMinutes: 0, jitter: 0 } };
const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

const documents = (text: string): EventRow[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EventRow); // held against the documented schema below
const eventsOf = async (hf: Holdfast, ...flags: string[]) => {
  const { code, stdout } = await hf.cli('events', ...flags, '--json');
  expect(code).toBe(0);
  return documents(stdout);
};

/** `holdfast events -f`, running beside the test. */
function follow(hf: Holdfast, ...flags: string[]) {
  const child = spawn(process.execPath, [PROGRAM, 'events', '-f', '--json', ...flags], { env: hf.env, cwd: hf.work });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { seen: () => documents(text.slice(0, text.lastIndexOf('\n') + 1)) };
}

describe('holdfast events', () => {
  test('tells every happening of every task in order, and goes on after any cursor', async () => {
    const hf = holdfast({ settings });
    await Promise.all(['a', 'b', 'c'].map((name) => hf.start(name, ['@run true', '@once @die SIGKILL', '@say over'])));
    for (const name of ['a', 'b', 'c']) await hf.end(name);
    const all = await eventsOf(hf);
    for (const name of ['a', 'b', 'c']) {
      const own = all.filter((event) => event.name === name);
      expect(own[0]?.happening.type).toBe('accepted');
      expect(own.at(-1)).toMatchObject({ state: 'succeeded', over: true, attempt: 2 });
    }
    for (const [index, { cursor }] of all.entries()) {
      if (index % 7 === 0) expect(await eventsOf(hf, '--since', cursor)).toEqual(all.slice(index + 1));
    }
    expect(await eventsOf(hf, '--task', 'b')).toEqual(all.filter(({ name }) => name === 'b'));
  });

  test('followed, misses nothing and repeats nothing over the death of the daemon', async () => {
    const hf = holdfast({ settings });
    await hf.start('one', ['@touch ready', '@wait go', '@say over']);
    const { seen } = follow(hf);
    await hf.sees('ready');
    await hf.killDaemon();
    hf.touch('go');
    await hf.end('one');
    await hf.start('two', ['@say over']);
    await hf.end('two');
    const all = await eventsOf(hf);
    await until(() => seen().length >= all.length);
    expect(seen()).toEqual(all);
    expect(new Set(all.map(({ cursor }) => cursor.split('.')[0])).size).toBe(2);
  });

  test('keeps its order when an ended task is forgotten', async () => {
    const hf = holdfast({ settings });
    await hf.start('old', ['@say over']);
    await hf.end('old');
    const cursor = (await eventsOf(hf)).at(-1)?.cursor ?? '';
    await hf.cli('prune', 'old');
    await hf.cli('daemon', 'restart');
    await hf.start('new', ['@say over']);
    await hf.end('new');
    const later = await eventsOf(hf, '--since', cursor);
    expect(later.map(({ name }) => name)).toEqual(later.map(() => 'new'));
    expect(later[0]?.happening.type).toBe('accepted');
  });

  test('refuses what is no cursor', async () => {
    expect(await holdfast({ settings }).cli('events', '--since', 'yesterday')).toMatchObject({ code: 2 });
  });
});

describe('what is printed for programs', () => {
  test('is what docs/json.md says', async () => {
    const { url, bodies } = await receiver();
    const hf = holdfast({ settings: { ...settings, notify: { to: { hook: { type: 'webhook', url } } } } });
    await hf.start('one', ['@run true', '@once @die SIGKILL', '@say over'], '--label', 'x');
    await hf.end('one');
    await until(() => bodies().length === 4);
    await hf.start('two', ['@fail usage-limit 60'], '--no-limit-wait');
    await hf.end('two');
    const logs = documents((await hf.cli('logs', 'two', '--json')).stdout);
    for (const event of await eventsOf(hf)) parserFor('event').parse(event);
    for (const line of logs) parserFor('log').parse(line);
    expect(JSON.stringify(logs)).toMatch(/"resetAt":"\d{4}-/);
    for (const { data } of bodies()) parserFor('notice').parse(data);
    parserFor('notices').parse(await hf.json('notices'));
    parserFor('task').parse((await hf.list())[0]);
    parserFor('detail').parse(await hf.task('one'));
  });
});
