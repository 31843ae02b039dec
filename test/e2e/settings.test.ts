import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { holdfast } from './rig.ts';
import { until } from './until.ts';

const hf = () => {
  const made = holdfast();
  const file = made.inside('.config', 'holdfast', 'config.json');
  return { ...made, write: (settings: string) => writeFileSync(file, settings) };
};

describe('a daemon at work', () => {
  test('takes over settings that were changed, without a restart', async () => {
    const { cli, begin, daemonPid } = hf();
    const full = ['start', 'demo', 'free', '--permissions', 'full', '--prompt', 'x'];
    expect(await cli(...full)).toMatchObject({ code: 77 });
    const before = await daemonPid();
    expect(await cli('config', 'set', 'allowFull', 'true')).toMatchObject({ code: 0 });
    await until(async () => (await begin({}, ...full, '--dry-run')).code === 0);
    expect(await daemonPid()).toBe(before);
  });

  test('keeps the last good ones, says what is wrong with the new, and comes to terms when they are mended', async () => {
    const { cli, write, json } = hf();
    await cli('list');
    write('{\n "tickSeconds": "often"\n}');
    await until(async () => JSON.stringify(await json('daemon', 'status')).includes('line 2: tickSeconds'));
    expect(await cli('daemon', 'reload')).toMatchObject({ code: 78, stderr: expect.stringContaining('last good') });
    expect(await cli('list')).toMatchObject({ code: 0 });
    write('{"tickSeconds": 1, "tmux": {"socket": "other"}}');
    await until(async () => !JSON.stringify(await json('daemon', 'status')).includes('line 2'));
  });

  test('reads them anew at a SIGHUP, and of bad ones it says so and keeps the last good ones', async () => {
    const { cli, inside, json, log, start, daemonPid } = hf();
    const directory = inside('.config', 'holdfast');
    rmSync(directory, { recursive: true });
    /** Another directory takes the place of theirs, which no watch sees: the signal alone tells. */
    const replaced = (name: string, text: string) => {
      mkdirSync(inside(name));
      writeFileSync(inside(name, 'config.json'), text);
      symlinkSync(inside(name), `${directory}.new`);
      renameSync(`${directory}.new`, directory);
    };
    const last = () =>
      log()
        .split('\n')
        .findLast((line) => /"event":"(?:reloaded|bad-settings)"/.test(line)) ?? '';
    /** What a new task gets. */
    const attempts = async (name: string) => (await start(name, ['@say hi'])).maxAttempts;
    replaced('first', '{"resume": {"maxAttempts": 3}, "directories": {"confirm": false}}');
    await cli('list');
    const daemon = await daemonPid();
    replaced('second', '{"resume": {"maxAttempts": 5}, "directories": {"confirm": false}}');
    process.kill(daemon, 'SIGHUP');
    await until(() => last().includes('after a signal'));
    expect(log()).toMatch(/"changed":\["resume\.maxAttempts"\].*after a signal/); // a package of conf's raises the first one twice
    expect(await attempts('second')).toBe(5);
    replaced('third', '{\n"resume": {"maxAttempts": "many"}\n}');
    process.kill(daemon, 'SIGHUP');
    await until(() => last().includes('bad-settings'));
    expect(await json('daemon', 'status')).toMatchObject({
      pid: daemon,
      problems: [expect.stringMatching(/line 2: resume\.maxAttempts: .*The last good settings stay in use$/)],
    });
    expect(await attempts('third')).toBe(5);
    replaced('fourth', '{"resume": {"maxAttempts": 7}, "directories": {"confirm": false}}');
    process.kill(daemon, 'SIGHUP');
    await until(() => last().includes('after a signal'));
    expect(await attempts('fourth')).toBe(7);
    expect(await json('daemon', 'status')).toMatchObject({ problems: [] });
  });

  test('tells who was added while it runs', async () => {
    const { cli, inside, start, daemonPid } = hf();
    await cli('list');
    const before = await daemonPid();
    const log = { type: 'command', argv: ['sh', '-c', 'cat >"$0"', inside('told')] };
    expect(await cli('config', 'set', 'notify.to', JSON.stringify({ log }))).toMatchObject({ code: 0 });
    await until(async () => JSON.parse((await cli('notify', 'check', '--json')).stdout).notifiers.length === 1);
    await start('short', ['@say hi']);
    await until(() => existsSync(inside('told')));
    expect(await daemonPid()).toBe(before);
  });

  test('goes on to say what waits for a restart, and what it uses meanwhile', async () => {
    const { cli, begin } = hf();
    await cli('list');
    const set = await cli('config', 'set', 'environment.pass', 'GH_TOKEN');
    expect(set.stderr).toContain('holdfast daemon restart');
    await until(async () => (await cli('daemon', 'status')).stdout.includes('environment.pass'));
    for (let times = 0; times < 2; times++)
      expect((await cli('daemon', 'reload')).stderr).toContain(
        'only after "holdfast daemon restart": environment.pass',
      );
    const env = { HOLDFAST_TICK_SECONDS: '9' };
    const { stdout, stderr } = await begin({ env }, 'config', 'list', '--origin');
    expect(stdout).toMatch(/^tickSeconds +5 +default/m);
    expect(stderr).toContain(
      'tickSeconds: the daemon uses 5 (default); one that is started from here would use 9 (HOLDFAST_TICK_SECONDS)',
    );
    expect(stderr).toContain(
      'environment.pass: the daemon uses [] (default); one that is started from here would use ["GH_TOKEN"] (file)',
    );
    expect(JSON.parse((await begin({ env }, 'config', 'list', '--json')).stdout)).toMatchObject({
      of: 'daemon',
      settings: expect.arrayContaining([
        expect.objectContaining({
          key: 'tickSeconds',
          value: 5,
          origin: 'default',
          here: { value: 9, origin: 'environment' },
        }),
      ]),
    });
    await cli('daemon', 'restart');
    expect((await cli('config', 'list')).stderr).toBe('');
    await cli('daemon', 'stop');
    expect((await cli('config', 'list')).stderr).toContain('no daemon that runs was asked');
  });

  test('lets a project have fewer attempts, and none more than the operator', async () => {
    const { cli, work, start } = hf();
    writeFileSync(`${work}/.holdfast.json`, '{"resume": {"maxAttempts": 3, "budgetMinutes": 100000}}');
    expect(await start('modest', ['@say hi'])).toMatchObject({ maxAttempts: 3, budget: { ms: 5 * 3600_000 } });
    writeFileSync(`${work}/.holdfast.json`, '{\n"allowFull": true}');
    expect(await cli('start', 'demo', 'greedy', '--prompt', 'x')).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('line 2: "allowFull" is not for a project'),
    });
  });
});
