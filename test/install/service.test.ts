import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { installService, planService, uninstallService } from '../../src/install/service.ts';
import { launchDaemon } from '../../src/protocol/launch.ts';
import { pathsHere } from '../../src/protocol/paths.ts';
import { startService, stopService } from '../../src/protocol/service.ts';
import { LOGINCTL, SYSTEMCTL } from './stand-ins.ts';

let home = '';
const write = (name: string, text = '', mode = 0o644): void => writeFileSync(join(home, name), text, { mode });
const read = (name: string): string => readFileSync(join(home, name), 'utf8');

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'hf-service-')));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'bin'));
  write('bin/systemctl', SYSTEMCTL, 0o755);
  write('bin/loginctl', LOGINCTL, 0o755);
});

const machine = (state = 'state') => {
  const PATH = `${join(home, 'bin')}:${process.env.PATH}`;
  const env = { HOME: home, PATH, HOLDFAST_STATE_DIR: join(home, state), XDG_CONFIG_HOME: join(home, 'shell') };
  return { env, paths: pathsHere(env) };
};
const install = async ({ env, paths }: ReturnType<typeof machine>, force = false) => {
  const ended: string[] = [];
  const done = await installService(paths, env, { force, endOther: async () => ended.push(paths.stateDir) });
  return { ...done, ended };
};

const UNIT = 'units of mine/systemd/user/holdfast.service';

describe.runIf(process.platform === 'linux')('the service file', () => {
  test("is put where the user's manager reads, whatever the XDG_CONFIG_HOME of the shell", async () => {
    const { file } = await install(machine());
    expect(file.path).toBe(join(home, UNIT));
    expect(existsSync(join(home, 'shell'))).toBe(false);
  });

  test('is in ~/.config where there is no manager to ask', async () => {
    write('dead');
    const { env, paths } = machine();
    expect((await planService(paths, env)).file.path).toBe(join(home, '.config/systemd/user/holdfast.service'));
  });
});

describe.runIf(process.platform === 'linux')('the service of another state directory', () => {
  beforeEach(async () => void (await install(machine('other'))));
  const others = {
    message: expect.stringMatching(/keeps the daemon of another state directory, .*\/other: .*--force/),
  };

  test('is not taken over, and no daemon is ended for that', async () => {
    const before = [
      read(UNIT),
      read('said')
        .split('\n')
        .filter((line) => line.startsWith('restart')),
    ];
    await expect(install(machine())).rejects.toMatchObject(others);
    expect([
      read(UNIT),
      read('said')
        .split('\n')
        .filter((line) => line.startsWith('restart')),
    ]).toEqual(before);
  });

  test('is named by --dry-run', async () => {
    const { env, paths } = machine();
    expect((await planService(paths, env)).warnings[0]).toContain('another state directory');
  });

  test('is taken over by force', async () => {
    expect(await install(machine(), true)).toMatchObject({ changed: true });
    expect(read(UNIT)).toContain(`# state: "${join(home, 'state')}"`);
  });

  test('is not uninstalled, but by force', async () => {
    const { env, paths } = machine();
    await expect(uninstallService(paths, env, { force: false })).rejects.toMatchObject(others);
    expect(existsSync(join(home, 'active'))).toBe(true);
    expect(await uninstallService(paths, env, { force: true })).toMatchObject({ removed: true, stopped: true });
    expect([UNIT, 'active'].filter((name) => existsSync(join(home, name)))).toEqual([]);
  });

  test('may be a file of somebody else altogether', async () => {
    write(UNIT, '[Service]\nExecStart=/bin/true\n');
    await expect(install(machine())).rejects.toThrow(/was not written by us: .*--force/);
  });
});

describe.runIf(process.platform === 'linux')('uninstall', () => {
  test('removes nothing where the daemon goes on', async () => {
    const { env, paths } = machine();
    await install({ env, paths });
    write('stubborn');
    await expect(uninstallService(paths, env, { force: false })).rejects.toThrow(/goes on running.*Job failed/);
    expect(existsSync(join(home, UNIT))).toBe(true);
  });

  test('is refused where nobody could end the daemon; by force the file goes, and that is all', async () => {
    write('dead');
    const { env, paths } = machine();
    const { file } = await planService(paths, env);
    mkdirSync(join(file.path, '..'), { recursive: true });
    writeFileSync(file.path, file.text);
    await expect(uninstallService(paths, env, { force: false })).rejects.toMatchObject({ exitCode: 69 });
    expect(existsSync(file.path)).toBe(true);
    expect(await uninstallService(paths, env, { force: true })).toMatchObject({ removed: true, stopped: false });
    expect(await uninstallService(paths, env, { force: false })).toMatchObject({ removed: false });
  });
});

describe.runIf(process.platform === 'linux')('a daemon that is a service, without an answer of its manager', () => {
  const silent = async () => {
    write('dead');
    const { env, paths } = machine();
    const { file } = await planService(paths, env);
    mkdirSync(join(file.path, '..'), { recursive: true });
    writeFileSync(file.path, file.text);
    return { env, paths };
  };
  const told = {
    exitCode: 69,
    message: expect.stringMatching(/No medium found.*holdfast service uninstall --force$/),
  };

  test('is not started by us: the one of the manager could not start beside it', async () => {
    const { env, paths } = await silent();
    await expect(startService(paths, env)).rejects.toMatchObject(told);
    write('daemon.cjs', 'require("node:fs").writeFileSync(process.env.HOME + "/launched", "")');
    await expect(launchDaemon(paths, env, join(home, 'daemon.cjs'))).rejects.toMatchObject(told);
    expect(existsSync(join(home, 'launched'))).toBe(false);
  });

  test('is not stopped by us either: the manager would start the next', async () => {
    const { env, paths } = await silent();
    await expect(stopService(paths, env)).rejects.toMatchObject(told);
  });

  test('is started by us where it is a service no more', async () => {
    const { env, paths } = await silent();
    await uninstallService(paths, env, { force: true });
    expect(await startService(paths, env)).toBe(false);
  });
});

test.runIf(process.platform === 'linux')('a stop that systemd refuses is an error', async () => {
  const { env, paths } = machine();
  await install({ env, paths });
  write('stubborn');
  await expect(stopService(paths, env)).rejects.toMatchObject({
    exitCode: 69,
    message: expect.stringMatching(/goes on: .*Job failed/),
  });
});

describe.runIf(process.platform === 'linux')('linger', () => {
  test.each<[string, readonly string[], boolean | 'unknown', readonly string[]]>([
    ['that is given already is not asked for', ['lingers'], true, ['show-user']],
    ['is asked for', ['may-linger'], true, ['show-user', 'enable-linger', 'show-user']],
    ['that is refused is told', [], false, ['show-user', 'enable-linger', 'show-user']],
    [
      'is asked for where it could not be told',
      ['no-logind', 'may-linger'],
      true,
      ['show-user', 'enable-linger', 'show-user'],
    ],
    ['that cannot be told is told as that', ['no-logind'], 'unknown', ['show-user', 'enable-linger', 'show-user']],
  ])('%s', async (_, given, lingers, said) => {
    for (const name of given) write(name);
    expect(await install(machine())).toMatchObject({ lingers });
    expect(read('linger-said').trim().split('\n')).toEqual(said);
  });
});
