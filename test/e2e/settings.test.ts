import { writeFileSync } from 'node:fs';
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
