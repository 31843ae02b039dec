import { describe, expect, test } from 'vitest';
import { locate, type Surroundings } from '../../src/protocol/paths.ts';

const at = (env: Surroundings['env'], platform: NodeJS.Platform = 'linux') =>
  locate({ env, platform, accountHome: () => '/home/ada' });

describe('the state directory', () => {
  test.each<[string, Surroundings['env'], NodeJS.Platform, string]>([
    ['lies in the home of the account', {}, 'linux', '/home/ada/.local/state/holdfast'],
    ['lies in HOME where that is set', { HOME: '/tmp/h' }, 'linux', '/tmp/h/.local/state/holdfast'],
    ['lies where macOS keeps such things', {}, 'darwin', '/home/ada/Library/Application Support/holdfast'],
    ['follows XDG_STATE_HOME', { XDG_STATE_HOME: '/s' }, 'linux', '/s/holdfast'],
    ['takes an empty variable as unset', { XDG_STATE_HOME: '' }, 'linux', '/home/ada/.local/state/holdfast'],
    ['is HOLDFAST_STATE_DIR above all', { HOLDFAST_STATE_DIR: '/x/', XDG_STATE_HOME: '/s' }, 'darwin', '/x'],
  ])('%s', (_, env, platform, stateDir) => {
    expect(at(env, platform).stateDir).toBe(stateDir);
  });

  test('must be absolute', () => {
    expect(() => at({ HOLDFAST_STATE_DIR: 'here' })).toThrow('HOLDFAST_STATE_DIR is "here": give it an absolute path');
  });

  test('holds what comes in, and what the daemon said', () => {
    expect(at({ HOLDFAST_STATE_DIR: '/x' })).toMatchObject({
      incomingDir: '/x/incoming',
      logFile: '/x/daemon.log',
      stderrFile: '/x/daemon.stderr',
    });
  });
});

describe('the settings', () => {
  test.each([
    [{}, '/home/ada/.config/holdfast/config.json'],
    [{ XDG_CONFIG_HOME: '/c' }, '/c/holdfast/config.json'],
  ])('with %j lie in %s', (env, file) => {
    expect(at(env).configFile).toBe(file);
  });
});

describe('the socket', () => {
  const XDG_RUNTIME_DIR = '/run/user/1000';

  const long = `/${'x'.repeat(95)}`;

  test.each<[string, Surroundings['env'], string]>([
    ['lies in the state directory', {}, '/home/ada/.local/state/holdfast/daemon.sock'],
    ['lies there for every shell alike', { XDG_RUNTIME_DIR }, '/home/ada/.local/state/holdfast/daemon.sock'],
    [
      'lies in XDG_RUNTIME_DIR, under a name of its own, where the path would be too long',
      { XDG_RUNTIME_DIR, HOLDFAST_STATE_DIR: long },
      '/run/user/1000/holdfast-########/daemon.sock',
    ],
  ])('%s', (_, env, socket) => {
    expect(at(env).socket.replace(/-[0-9a-f]{8}\//, '-########/')).toBe(socket);
  });

  test('is never shared by two state directories', () => {
    const environments = [
      {},
      { HOLDFAST_STATE_DIR: '/x' },
      { HOLDFAST_STATE_DIR: '/y' },
      { HOLDFAST_STATE_DIR: long },
      { HOLDFAST_STATE_DIR: `${long}y` },
      { XDG_STATE_HOME: '/x' },
      { HOME: '/tmp/h' },
    ];
    const sockets = environments.map((env) => at({ XDG_RUNTIME_DIR, ...env }).socket);
    expect(new Set(sockets).size).toBe(environments.length);
  });

  test('is refused where the kernel would cut its path', () => {
    expect(() => at({ HOLDFAST_STATE_DIR: `/${'é'.repeat(45)}` })).toThrow(
      /has 103 bytes, 100 are possible: set XDG_RUNTIME_DIR or HOLDFAST_STATE_DIR/,
    );
    expect(at({ HOLDFAST_STATE_DIR: `/${'x'.repeat(87)}` }).socket).toHaveLength(100);
  });
});
