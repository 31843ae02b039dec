import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { methods, type TaskDetail } from '../../src/protocol/methods.ts';
import { receiver } from '../notifiers/receiver.ts';
import { isAlive, kill } from './processes.ts';
import { fileOf, type Holdfast, holdfast, kindsOf, markedBy, pidOf } from './rig.ts';
import { until } from './until.ts';

const settings = { resume: { baseMinutes: 0 }, tickSeconds: 1 };

const SESSION = 'its tmux session, or its pane in it, was ended from outside';
const SERVER = 'the tmux server died';

/** A step before the crash, one in which it happens, one after it. */
const script = (name: string): string[] => [
  `@run echo before >> ${name}.log`,
  `@touch ${name}.ready`,
  `@wait ${name}.go`,
  `@run echo after >> ${name}.log`,
  '@say over',
];

/** The same conversation was resumed once, and no step was done twice. */
async function expectOneResume(hf: Holdfast, before: TaskDetail): Promise<TaskDetail> {
  const { name, conversation = '' } = before;
  await pidOf(before, 2, 'agent');
  const { looked } = methods.explain.result.parse(await hf.json('explain', name));
  expect(looked).toContainEqual({ what: 'pane', found: 'alive' }); // not what it was before
  hf.touch(`${name}.go`);
  const task = await hf.end(name);
  expect(task).toMatchObject({ state: 'succeeded', conversation });
  expect(kindsOf(task)).toEqual(['fresh', 'resume']);
  expect(hf.text(`${name}.log`)).toBe('before\nafter\n');
  const entries = hf.conversations().get(conversation) ?? [];
  const done = entries.filter(({ type }) => type === 'step-done').map(({ index }) => index);
  expect(done).toEqual([0, 1, 2, 3, 4]);
  expect(entries.filter(({ type }) => type === 'prompt')).toHaveLength(2);
  return task;
}

describe('a task in the middle of its work', () => {
  const hf = holdfast({ settings, ends: afterAll });
  const server = (): number => Number(hf.tmux('display-message', '-p', '#{pid}').stdout);

  test.each<[string, (task: TaskDetail) => Promise<unknown> | unknown, string]>([
    ['agent is killed', async (task) => kill(await pidOf(task, 1, 'agent')), 'killed by signal 9'],
    ['runner is killed', async (task) => kill(await pidOf(task, 1, 'runner')), 'its runner was killed'],
    [
      'agent and runner are killed',
      async (task) => kill(await pidOf(task, 1, 'runner'), await pidOf(task, 1, 'agent')),
      'its runner was killed',
    ],
    [
      "pane's process group is killed",
      async (task) => kill(-(await pidOf(task, 1, 'runner'))),
      'its runner was killed',
    ],
    ['tmux session is killed', (task) => hf.tmux('kill-session', '-t', `=${task.session}`), SESSION],
    [
      'pane is closed beside another one',
      ({ id, session }) => {
        expect(hf.tmux('split-window', '-t', `=${session}:`, 'sleep', '300').code).toBe(0);
        const panes = hf.tmux('list-panes', '-a', '-F', '#{pane_id} #{@holdfast}').stdout.split('\n');
        const ours = panes.find((pane) => pane.endsWith(` ${id}`))?.split(' ')[0] ?? '';
        expect(hf.tmux('kill-pane', '-t', ours).code).toBe(0);
        expect(hf.tmux('has-session', '-t', `=${session}`).code).toBe(0);
      },
      SESSION,
    ],
    ['tmux server is killed with -9', () => kill(server()), SERVER],
    ['tmux server is told to end', () => hf.tmux('kill-server'), SERVER],
  ])('whose %s goes on in the same conversation', async (what, crash, cause) => {
    const name = what.replace(/[^a-z0-9]+/g, '-');
    await hf.start(name, script(name));
    await hf.sees(`${name}.ready`);
    const before = await hf.task(name);
    await crash(before);
    const { attempts } = await expectOneResume(hf, before);
    expect(attempts[0]?.cause).toContain(cause);
    expect(hf.tmux('has-session', '-t', `=${before.session}`).code).toBe(0);
  });

  test('keeps its pane and what was said in it when its agent crashes', async () => {
    await hf.start('pane', ['@say said before the crash', ...script('pane')]);
    await hf.sees('pane.ready');
    const task = await hf.task('pane');
    const format = ['-p', '-t', `=${task.session}:`, '#{pane_id}'];
    const pane = hf.tmux('display-message', ...format).stdout;
    kill(await pidOf(task, 1, 'agent'));
    await pidOf(task, 2, 'agent');
    hf.touch('pane.go');
    await hf.end('pane');
    expect(hf.tmux('display-message', ...format).stdout).toBe(pane);
    const shown = () => hf.tmux('capture-pane', '-p', '-S', '-', '-t', `=${task.session}:`).stdout;
    await until(() => shown().includes('finished: exit 0'));
    expect(shown()).toMatch(/attempt 1.*said before the crash.*attempt 2.*finished: exit 0/s);
  });

  test('whose tmux session is ended twice is given up: somebody means it', async () => {
    await hf.start('meant', script('meant'));
    const { session, directory } = await hf.task('meant');
    for (const attempt of [1, 2]) {
      await pidOf({ directory }, attempt, 'agent');
      await until(async () => (await hf.task('meant')).state === 'running');
      hf.tmux('kill-session', '-t', `=${session}`);
    }
    const task = await hf.end('meant');
    expect(task).toMatchObject({ state: 'gave-up', attempt: 2, summary: expect.stringContaining('somebody means it') });
    await until(() => markedBy(task).length === 0);
  });

  test('touches no session that a person has made under its name', async () => {
    await hf.start('theirs', script('theirs'));
    await hf.sees('theirs.ready');
    const { session } = await hf.task('theirs');
    await hf.killDaemon();
    hf.tmux('kill-session', '-t', `=${session}`);
    expect(hf.tmux('new-session', '-d', '-s', session, 'sleep', '300').code).toBe(0);
    const task = await hf.end('theirs');
    expect(task).toMatchObject({ state: 'failed', summary: expect.stringContaining(`kill-session -t =${session}`) });
    await hf.json('stop', 'theirs');
    expect(hf.tmux('list-panes', '-s', '-t', `=${session}:`, '-F', '#{pane_dead}#{@holdfast}').stdout).toBe('0\n');
  });

  test('that crashes again and again is resumed each time, in one conversation', async () => {
    await hf.start('often', [
      '@once @die SIGSEGV',
      '@once @exit0-early',
      '@once @die SIGTERM',
      '@run echo x >> often.log',
    ]);
    const task = await hf.end('often');
    expect(task).toMatchObject({ state: 'succeeded', attempt: 4 });
    expect(kindsOf(task)).toEqual(['fresh', 'resume', 'resume', 'resume']);
    expect(hf.text('often.log')).toBe('x\n');
  });
});

describe('what a dead attempt has left behind', () => {
  const hf = holdfast({ settings, ends: afterAll });

  /** Says which of the processes live whose pids are in files, in the words of the next attempt itself. */
  const census = (...names: string[]): string[] =>
    names.map((name) => `@run ps -o stat= -p $(cat ${name}) | grep -v Z >> census; echo ${name} >> census`);

  test('is gone before the next attempt begins, in whatever session it ran', async () => {
    const name = 'tools';
    await hf.start(name, [
      '@once @fork echo $$ > forked; exec sleep 300',
      '@once @run echo $$ > tool; exec sleep 300',
      ...census('forked', 'tool'),
    ]);
    await until(() => hf.text('forked').endsWith('\n') && hf.text('tool').endsWith('\n'));
    const before = await hf.task(name);
    expect(markedBy(before).length).toBeGreaterThanOrEqual(3);
    kill(await pidOf(before, 1, 'agent'));
    expect(await hf.end(name)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(hf.text('census')).toBe('forked\ntool\n');
    expect(isAlive(Number(hf.text('tool')))).toBe(false);
  });

  test('is gone even where it is the agent itself and will neither hear TERM nor HUP', async () => {
    const name = 'deaf';
    writeFileSync(hf.inside('deaf.cjs'), "process.on('SIGHUP', () => {});\n");
    const deaf = ['--env', `NODE_OPTIONS=--require ${hf.inside('deaf.cjs')}`];
    await hf.start(
      name,
      ['@ignore-term', '@once @run echo $PPID > agent', ...script(name), ...census('agent')],
      ...deaf,
    );
    await hf.sees(`${name}.ready`);
    const before = await hf.task(name);
    const agent = await pidOf(before, 1, 'agent');
    expect(Number(hf.text('agent'))).toBe(agent);
    process.kill(agent, 'SIGHUP');
    process.kill(agent, 'SIGTERM');
    kill(await pidOf(before, 1, 'runner'));
    await pidOf(before, 2, 'agent');
    expect(isAlive(agent)).toBe(false);
    hf.touch(`${name}.go`);
    expect(await hf.end(name)).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(hf.text('census')).toContain('agent\n');
    expect(hf.text('deaf.log')).toBe('before\nafter\n');
  });
});

test('a task whose agent died before it wrote anything begins afresh, and says so', async () => {
  const { url, bodies } = await receiver();
  const hf = holdfast({ settings: { ...settings, notify: { to: { hook: { type: 'webhook', url } } } } });
  const poison = hf.inside('poison.cjs');
  writeFileSync(poison, "if (process.env.HOLDFAST_ATTEMPT === '1') process.kill(process.pid, 'SIGKILL');\n");
  const { id } = await hf.start('early', ['@run echo once >> log'], '--env', `NODE_OPTIONS=--require ${poison}`);
  const task = await hf.end('early');
  expect(task.state).toBe('succeeded');
  expect(kindsOf(task)).toEqual(['fresh', 'fresh']);
  expect(readFileSync(fileOf(task, 1, 'exit.json'), 'utf8')).toMatch('{"status":137}');
  expect(readFileSync(fileOf(task, 1, 'events.jsonl'), 'utf8')).toBe('');
  expect(hf.conversations().size).toBe(1);
  expect(hf.text('log')).toBe('once\n');
  const why = 'had not written its conversation to disk yet';
  expect((await hf.cli('explain', id)).stdout).toContain(why);
  expect((await hf.cli('logs', id, '--screen')).stdout).toContain('── attempt 2, begun afresh · demo ──');
  const notice = {
    kind: 'resumed',
    task: expect.objectContaining({ launch: 'fresh' }),
    sentence: expect.stringContaining(why),
  };
  await until(() => bodies().length === 4);
  expect(bodies()).toContainEqual(expect.objectContaining({ data: expect.objectContaining(notice) }));
});
