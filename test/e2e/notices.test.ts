import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from '../../src/daemon/journal.ts';
import { type Notice, noticeOf } from '../../src/domain/notice.ts';
import type { Spec } from '../../src/domain/task.ts';
import { methods, type TaskDetail } from '../../src/protocol/methods.ts';
import { type Received, receiver } from '../notifiers/receiver.ts';
import { operator } from './failing-daemon.ts';
import { type Holdfast, holdfast } from './rig.ts';
import { until } from './until.ts';

const SECRET = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;
const FINISHED = /"type":"task\.finished"/;
const settingsFor = (url: string, more: object = {}) => ({
  tickSeconds: 0.3,
  resume: { baseMinutes: 0, jitter: 0, fastDeaths: 1000, maxAttempts: 50 },
  notify: { to: { hook: { type: 'webhook', url, secret: 'env:HOLDFAST_HOOK', ...more } } },
});
const env = { HOLDFAST_HOOK: SECRET };
const idOf = ({ headers }: Received): string => String(headers['webhook-id']);

/** What the journal of a task says that must have been told. */
function dueOf({ directory }: Pick<TaskDetail, 'directory'>): readonly Notice[] {
  const spec = JSON.parse(readFileSync(join(directory, 'spec.json'), 'utf8')) as Spec; // written by the daemon of this tree
  const { entries } = parse(readFileSync(join(directory, 'journal.ndjson')));
  return entries.flatMap(({ task: after, happening, at }, index) => {
    const before = entries[index - 1]?.task;
    if (!before || happening.type === 'accepted') return [];
    return noticeOf({ spec, before, after, happening, at }) ?? [];
  });
}

const noticesOf = async (hf: Holdfast, ...flags: string[]) =>
  methods.notices.result.parse(await hf.json('notices', ...flags)).notices;

describe('whoever dies, every notice arrives', () => {
  test('signed, from the first start to the end over a crash, each once', async () => {
    const { url, received } = await receiver();
    const hf = holdfast({ settings: settingsFor(url), env });
    await hf.start('one', ['@run true', '@once @die SIGKILL', '@say over']);
    const task = await hf.end('one');
    await until(() => received.some(({ body }) => FINISHED.test(body)));
    expect(received.map(idOf)).toEqual(dueOf(task).map(({ id }) => id));
    for (const { body, headers } of received) new Webhook(SECRET).verify(body, headers as Record<string, string>);
    expect(dueOf(task).map(({ kind }) => kind)).toEqual(['started', 'crashed', 'resumed', 'finished']);
  });

  test('the daemon between write and delivery: the next one delivers under the same key', async () => {
    let up = false;
    const { url, received } = await receiver(() => ({ status: up ? 200 : 503 }));
    const hf = holdfast({ settings: settingsFor(url), env });
    await hf.start('one', ['@say over']);
    const task = await hf.end('one');
    await until(() => received.length > 0);
    expect((await noticesOf(hf, '--pending')).map(({ kind }) => kind)).toContain('finished');
    await hf.killDaemon();
    up = true;
    await hf.cli('list');
    await until(async () => (await noticesOf(hf, '--pending')).length === 0);
    const due = dueOf(task).map(({ id }) => id);
    expect(new Set(received.map(idOf))).toEqual(new Set(due));
  });

  test('the daemon between delivery and acknowledgement: it is delivered again, under the same key', async () => {
    let kill: (() => Promise<void>) | undefined;
    let isDead = false;
    const { url, received } = await receiver(async ({ body }) => {
      if (!FINISHED.test(body) || !kill) return { status: 200 };
      const now = kill;
      kill = undefined;
      await now();
      isDead = true;
      return { status: 200 };
    });
    const hf = holdfast({ settings: settingsFor(url), env });
    kill = hf.killDaemon;
    await hf.start('one', ['@wait go', '@say over']); // its end is not to come before the answer to the start
    hf.touch('go');
    await until(() => isDead);
    await hf.end('one'); // the next daemon comes for it
    const ends = () => received.filter(({ body }) => FINISHED.test(body));
    await until(() => ends().length === 2);
    expect(new Set(ends().map(idOf)).size).toBe(1);
    await until(async () => (await noticesOf(hf, '--pending')).length === 0);
  });

  test('the daemon at any of its operations', async () => {
    const died: number[] = [];
    const seed = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1000);
    const apart = process.env.HOLDFAST_FAILPOINTS === 'all' ? 1 : 17;
    onTestFinished(() => console.log(`the daemon died at ${died.join(' ')}, HOLDFAST_SEED=${seed}`));
    for (let k = 1 + (seed % apart); ; k += apart) {
      const { url, received } = await receiver();
      const hf = holdfast({ settings: settingsFor(url), env });
      const someone = operator(hf, [k]);
      await someone.start('walk', ['@run true', '@once @die SIGKILL', '@say over']);
      const task = await someone.end('walk');
      const missing = () => dueOf(task).filter(({ id }) => !received.some((each) => idOf(each) === id));
      // Asking brings a daemon back that died after the end of the task, but before it was told.
      await until(async () => (await someone.show('walk')) && missing().length === 0);
      await someone.leave();
      if (someone.deaths() === 0) break;
      died.push(k);
    }
    expect(died.length).toBeGreaterThan(3);
  }, 600_000);
});

describe('a notifier in trouble', () => {
  test('that hangs delays no task, and is shown', async () => {
    const { url, received } = await receiver(() => 'hang');
    const hf = holdfast({ settings: settingsFor(url), env });
    await hf.start('one', ['@once @die SIGKILL', '@say over']);
    expect(await hf.end('one')).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(received.length).toBeGreaterThan(0);
    expect((await noticesOf(hf, '--pending')).map(({ kind }) => kind)).toContain('finished');
  });

  test('whose address is gone is left alone, and daemon status says so', async () => {
    const { url, received } = await receiver(() => ({ status: 410 }));
    const hf = holdfast({ settings: settingsFor(url), env });
    await hf.start('one', ['@say over']);
    await hf.end('one');
    await until(async () => (await noticesOf(hf, '--pending')).length === 0);
    expect(received).toHaveLength(1);
    expect((await hf.cli('daemon', 'status')).stdout).toContain('notifier hook: it answered 410');
  });
});

describe('who is told what', () => {
  test('an operator who stops a task is told that it was cancelled, and of no failure', async () => {
    const { url } = await receiver();
    const hf = holdfast({ settings: settingsFor(url), env });
    const task = await hf.start('one', ['@touch ready', '@wait never']);
    await hf.sees('ready');
    await hf.cli('stop', 'one', '--grace', '0s');
    expect(dueOf(task).map(({ kind }) => kind)).toEqual(['started', 'cancelled']);
    expect((await noticesOf(hf)).map(({ kind }) => kind)).toEqual(['started', 'cancelled']);
  });

  test('a task decides for itself', async () => {
    const { url, received } = await receiver();
    const hf = holdfast({ settings: settingsFor(url), env });
    await hf.start('quiet', ['@say over'], '--notify', 'none');
    await hf.start('brief', ['@say over'], '--notify', 'finished,failed');
    await hf.end('quiet');
    await hf.end('brief');
    await until(() => received.length > 0);
    expect((await noticesOf(hf)).map(({ name, kind }) => [name, kind])).toEqual([['brief', 'finished']]);
    expect(await hf.cli('start', 'demo', 'x', '--prompt', 'x', '--notify', 'finish')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean finished:'),
    });
  });

  test('a script that waits for the file of a task never finds that of an earlier life', async () => {
    const directory = mkdtempSync('/tmp/hf-done-');
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const hf = holdfast({ settings: { notify: { to: { done: { type: 'marker', directory } } } } });
    const file = join(directory, 'one.done');
    const marked = (): unknown => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);
    const first = await hf.start('one', ['@say over']);
    await until(() => marked() !== undefined);
    expect(marked()).toMatchObject({ task: { id: first.id, attempt: 1 } });
    const second = await hf.start('one', ['@say over', '@wait never']);
    expect(marked()).toBeUndefined();
    await hf.cli('stop', 'one', '--grace', '0s');
    await until(() => marked() !== undefined);
    expect(marked()).toMatchObject({ kind: 'cancelled', task: { id: second.id } });
    await hf.cli('retry', 'one');
    expect(marked()).toBeUndefined();
  });

  test('a program inside of the task tells how far it is, and not too often', async () => {
    const { url, bodies } = await receiver();
    const hf = holdfast({ settings: settingsFor(url, { kinds: ['progress'] }), env });
    const tell = `"${process.execPath}" "${join(import.meta.dirname, '../../bin/holdfast.js')}" progress`;
    await hf.start('one', [`@run ${tell} half of it`, `@run ${tell} more; echo $? > code`, '@say over']);
    await hf.end('one');
    await until(() => bodies().length === 1);
    expect(bodies()[0]).toMatchObject({ type: 'task.progress', data: { cause: 'half of it', task: { name: 'one' } } });
    expect(hf.text('code')).toBe('75\n');
    expect(await hf.cli('progress', 'more')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('inside of no task'),
    });
    expect(await hf.cli('progress', 'more', '--task', 'one')).toMatchObject({ code: 4 });
  });

  test('who checks and tests the notifiers sees which of them work', async () => {
    const { url, bodies } = await receiver();
    const hook = { type: 'webhook', url };
    const bad = { type: 'slack', url: 'env:HOLDFAST_NOTHING' };
    const hf = holdfast({ settings: { notify: { to: { hook, bad } } } });
    const checked = await hf.cli('notify', 'check');
    expect(checked).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/hook +ok.*\nbad +no +env:HOLDFAST_NOTHING is not there/),
    });
    expect(await hf.cli('notify', 'test', 'hook')).toMatchObject({ code: 0, stdout: expect.stringContaining('sent') });
    expect(bodies()).toMatchObject([{ type: 'task.progress' }]);
    expect(await hf.cli('notify', 'test', 'phone')).toMatchObject({ code: 2 });
  });

  test('a secret written into the settings is refused', async () => {
    const to = { phone: { type: 'telegram', token: '12:abc', chat: 1 } };
    const { stderr } = await holdfast({ settings: { notify: { to } } }).cli('list');
    expect(stderr).toMatch(/notify\.to\.phone\.token: write env:NAME or file:\/path/);
    expect(stderr).not.toContain('12:abc');
  });
});
