import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { planService } from '../../src/install/service.ts';
import { pathsHere } from '../../src/protocol/paths.ts';
import { LOGINCTL, SYSTEMCTL } from '../install/stand-ins.ts';
import { holdfast } from './shell.ts';

let home = '';
const env = () => ({
  HOME: home,
  PATH: `${join(home, 'bin')}:${process.env.PATH}`,
  HOLDFAST_STATE_DIR: join(home, 'state'),
});
const touch = (name: string): void => writeFileSync(join(home, name), '');

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'hf-status-')));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', 'systemctl'), SYSTEMCTL, { mode: 0o755 });
  writeFileSync(join(home, 'bin', 'loginctl'), LOGINCTL, { mode: 0o755 });
});

/** The file as an installation from here would write it, and what an older version would have written instead. */
async function installed(olden: (text: string) => string = (text) => text): Promise<string> {
  const { file } = await planService(pathsHere(env()), env());
  mkdirSync(join(file.path, '..'), { recursive: true });
  writeFileSync(file.path, olden(file.text));
  return file.path;
}
const status = (...flags: string[]) => holdfast(['service', 'status', ...flags], { env: env() });

describe.runIf(process.platform === 'linux')('service status', () => {
  const running = 'Active: active (running)\n';
  const failed = 'Active: failed (Result: exit-code)\n';
  const olden = (text: string) => text.replace('WatchdogSignal=SIGKILL\n', '');

  test('of none says how to get one', async () => {
    expect(await status()).toEqual({
      code: 4,
      stdout: '',
      stderr: `holdfast: there is no service for ${join(home, 'state')}. Install one with: holdfast service install\n`,
    });
    const { code, stdout } = await status('--json');
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 4, installed: false, active: false });
    expect(stdout).not.toContain('current');
  });

  test('of one of another state directory is none: it is not ours', async () => {
    const file = await installed();
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^# state: .*$/m, '# state: "/of/others"'));
    expect(await status()).toMatchObject({ code: 4, stderr: expect.stringContaining('there is no service for') });
  });

  test.each<[string, { active: boolean; old: boolean }, number, string, RegExp]>([
    ['one that runs', { active: true, old: false }, 0, running, /^$/],
    ['one that is dead', { active: false, old: false }, 3, failed, /^holdfast: it does not run: .*daemon run.*\n$/],
    [
      'one that runs, of an older version',
      { active: true, old: true },
      0,
      running,
      /^holdfast: its file is not what this holdfast writes .*: holdfast service install\n$/,
    ],
    [
      'one that is dead, of an older version',
      { active: false, old: true },
      3,
      failed,
      /^holdfast: it does not run: .*\nholdfast: its file is not what .*\n$/,
    ],
  ])('of %s', async (_, { active, old }, code, stdout, stderr) => {
    const file = await installed(old ? olden : undefined);
    if (active) touch('active');
    touch('lingers');
    expect(await status()).toEqual({ code, stdout, stderr: expect.stringMatching(stderr) });
    const json = await status('--json');
    expect({ code: json.code, ...JSON.parse(json.stdout) }).toEqual({
      schema: 1,
      code,
      file,
      installed: true,
      active,
      current: !old,
      lingers: true,
    });
  });

  test('of one whose manager does not answer says what the manager said', async () => {
    touch('dead');
    await installed();
    expect(await status()).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/No medium found\n$/) });
    expect(JSON.parse((await status('--json')).stdout)).toMatchObject({ installed: true, active: false });
  });
});
