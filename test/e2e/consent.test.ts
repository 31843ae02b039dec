import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kill } from './processes.ts';
import { type Done, type Holdfast, holdfast, pidOf } from './rig.ts';

/** The default, which other tests switch off. */
const settings = { directories: { confirm: true } };
const config = (hf: Holdfast): string => hf.inside('.config', 'holdfast', 'config.json');

/** Starts a task that ends at once, in a directory of this home. */
const start = (hf: Holdfast, name: string, cwd: string, ...flags: string[]): Promise<Done> =>
  hf.cli('start', 'demo', name, '--cwd', cwd, '--prompt', '@say hi', ...flags);

function expectRefusal({ code, stdout, stderr }: Done, exit: number, says: RegExp): void {
  expect({ code, stdout, stderr }).toEqual({ code: exit, stdout: '', stderr: expect.stringMatching(says) });
  expect(stderr.replace(/^holdfast: started the daemon.*\n/, '')).toMatch(/^holdfast: [^\n]+\n$/);
}

describe('the first task in a directory', () => {
  test('needs consent, and the sentence names both ways to give it', async () => {
    const hf = holdfast({ settings });
    mkdirSync(join(hf.work, 'below'));
    expectRefusal(await start(hf, 'one', hf.work), 77, new RegExp(`holdfast trust ${hf.work}" *, or give --yes`));
    expect(await hf.list()).toEqual([]);
    expect((await start(hf, 'one', hf.work, '--dry-run')).code).toBe(0);

    expect(await hf.cli('trust', '.')).toMatchObject({ code: 0, stderr: expect.stringContaining(hf.work) });
    expect((await start(hf, 'one', hf.work)).code).toBe(0);
    expect((await start(hf, 'two', join(hf.work, 'below'))).code).toBe(0);
    expectRefusal(await start(hf, 'three', hf.home), 77, /no agent has worked in/);
    expect(await hf.json('trust', '--list')).toMatchObject({ directories: [{ directory: hf.work }] });
  });

  test('gets it by --yes or by the environment, and later ones need none, after a restart either', async () => {
    const hf = holdfast({ settings });
    mkdirSync(hf.inside('other'));
    expect((await start(hf, 'one', hf.work, '--yes')).code).toBe(0);
    const env = { HOLDFAST_YES: '1' };
    expect((await hf.begin({ env, stdin: '@say hi' }, 'start', 'demo', 'two', '--cwd', hf.inside('other'))).code).toBe(
      0,
    );
    await hf.cli('daemon', 'restart');
    expect((await start(hf, 'three', hf.work)).code).toBe(0);
    expect((await start(hf, 'four', hf.inside('other'))).code).toBe(0);
  });

  test('needs it again when the trust has ended; the tasks there go on', async () => {
    const hf = holdfast({ settings });
    await hf.start('going', ['@touch ready', '@wait go'], '--yes');
    await hf.sees('ready');
    expect((await hf.cli('trust', '--remove', '.')).code).toBe(0);
    expectRefusal(await start(hf, 'new', hf.work), 77, /no agent has worked in/);
    hf.touch('go');
    expect(await hf.end('going')).toMatchObject({ state: 'succeeded' });
    expectRefusal(await hf.cli('trust', '--remove', '.'), 66, /is not trusted/);
  });

  test('is refused where the list is broken, even with --yes, and the list stays as it is', async () => {
    const hf = holdfast({ settings });
    await start(hf, 'one', hf.work, '--yes');
    const file = join(hf.state, 'trusted.json');
    const broken = readFileSync(file, 'utf8').slice(0, -9);
    writeFileSync(file, broken);
    expectRefusal(await start(hf, 'two', hf.work), 78, /trusted\.json cannot be read: .*move it away/);
    expectRefusal(await start(hf, 'two', hf.work, '--yes'), 78, /trusted\.json cannot be read/);
    expect(readFileSync(file, 'utf8')).toBe(broken);
    renameSync(file, hf.inside('kept'));
    expect((await start(hf, 'two', hf.work, '--yes')).code).toBe(0);
  });
});

describe('where the settings name the directories for agents', () => {
  const fenced = () => {
    const hf = holdfast();
    for (const name of ['in/deep', 'in-not', 'out']) mkdirSync(hf.inside(name), { recursive: true });
    symlinkSync(hf.inside('out'), hf.inside('in', 'link'));
    mkdirSync(hf.inside('.config', 'holdfast'), { recursive: true });
    const allow = (...names: string[]) => {
      const settings = { directories: { allowed: names.map((name) => hf.inside(name)) }, resume: { baseMinutes: 0 } };
      writeFileSync(config(hf), JSON.stringify(settings));
    };
    allow('in');
    return { hf, allow };
  };

  test('a task starts in these, and nowhere else, whatever the operator answers', async () => {
    const { hf } = fenced();
    expect((await start(hf, 'in', hf.inside('in'), '--yes')).code).toBe(0);
    expect((await start(hf, 'deep', hf.inside('in', 'deep'), '--yes')).code).toBe(0);
    for (const name of ['in-not', 'out', 'in/link', '.', 'in/../out']) {
      expectRefusal(await start(hf, 'no', hf.inside(name), '--yes'), 77, /the settings let agents work in .*\/in only/);
      expectRefusal(await start(hf, 'no', hf.inside(name), '--dry-run'), 77, /directories\.allowed/);
    }
    expectRefusal(await hf.cli('trust', hf.inside('out')), 77, /directories\.allowed/);
    expect((await hf.list()).map(({ name }) => name).sort()).toEqual(['deep', 'in']);
  });

  test('a task whose directory became a symbolic link that leads out is not resumed', async () => {
    const { hf } = fenced();
    const deep = hf.inside('in', 'deep');
    const words = [
      'start',
      'demo',
      'swapped',
      '--cwd',
      deep,
      '--json',
      '--yes',
      '--prompt',
      '@touch ready\n@wait go\n@touch done',
    ];
    const made = JSON.parse((await hf.cli(...words)).stdout).task;
    const agent = await pidOf(made, 1, 'agent');
    renameSync(deep, hf.inside('in', 'moved'));
    symlinkSync(hf.inside('out'), deep);
    kill(agent);
    const task = await hf.end('swapped');
    expect(task).toMatchObject({ state: 'failed', summary: expect.stringMatching(/leads to .*\/out now/) });
    expect(existsSync(hf.inside('out', 'done'))).toBe(false);
  });

  test('a task that they no longer allow is not resumed by the next daemon', async () => {
    const { hf, allow } = fenced();
    const words = [
      'start',
      'demo',
      'narrowed',
      '--cwd',
      hf.inside('in'),
      '--json',
      '--yes',
      '--prompt',
      '@touch ready\n@wait go',
    ];
    const made = JSON.parse((await hf.cli(...words)).stdout).task;
    const agent = await pidOf(made, 1, 'agent');
    await hf.killDaemon();
    allow('out');
    kill(agent);
    const task = await hf.end('narrowed');
    expect(task).toMatchObject({ state: 'failed', summary: expect.stringMatching(/the settings let agents work in/) });
    expect(existsSync(join(task.directory, 'attempts', '2'))).toBe(true); // claimed by the daemon, so that no runner can
    expect(existsSync(join(task.directory, 'attempts', '2', 'agent.json'))).toBe(false);
  });
});

test('a task whose directory is gone fails at the next attempt, and says so', async () => {
  const hf = holdfast({ settings: { resume: { baseMinutes: 0 } } });
  const gone = hf.inside('gone');
  mkdirSync(gone);
  const made = await hf.start('homeless', ['@wait never'], '--cwd', gone, '--yes');
  const agent = await pidOf(made, 1, 'agent');
  rmSync(gone, { recursive: true });
  kill(agent);
  expect(await hf.end('homeless')).toMatchObject({ state: 'failed', summary: `${gone} is not a directory any more` });
});

test.each(['crash', 'retry'])(
  'a task at full permissions does not go on after a %s once the settings forbid them, and does when they allow it again',
  async (how) => {
    const allow = (allowFull: boolean) => ({
      allowFull,
      directories: { confirm: false },
      resume: { baseMinutes: 0 },
    });
    const hf = holdfast({ settings: allow(true) });
    const set = async (allowFull: boolean) => {
      writeFileSync(config(hf), JSON.stringify(allow(allowFull)));
      expect(await hf.cli('daemon', 'reload')).toMatchObject({ code: 0 });
    };
    const made = await hf.start('free', ['@touch ready', '@wait go', '@touch done'], '--permissions', 'full');
    const agent = await pidOf(made, 1, 'agent');
    await hf.sees('ready');
    if (how === 'retry') expect((await hf.cli('stop', 'free', '--grace', '1s')).code).toBe(0);
    await set(false);
    if (how === 'retry') await hf.cli('retry', 'free');
    else kill(agent);
    hf.touch('go'); // an attempt that was begun all the same would come to its end
    const says = /the settings do not allow it any more: set "allowFull": true .* holdfast retry free/;
    expect(await hf.end('free')).toMatchObject({ state: 'failed', summary: expect.stringMatching(says) });
    expect(existsSync(join(made.directory, 'attempts', '2', 'agent.json'))).toBe(false);
    expect(existsSync(join(hf.work, 'done'))).toBe(false);

    await set(true);
    expect((await hf.cli('retry', 'free')).code).toBe(0);
    expect(await hf.end('free')).toMatchObject({ state: 'succeeded' });
  },
);
