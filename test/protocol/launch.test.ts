import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { daemonEnvironment, daemonMalloc, launchDaemon } from '../../src/protocol/launch.ts';
import { pathsHere } from '../../src/protocol/paths.ts';
import { reachDaemon } from '../../src/protocol/reach.ts';
import { privateDir } from './fake-daemon.ts';

const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) process.kill(pid, 'SIGKILL');
});

/** A program that answers `hello` with what it sees of itself. */
const ANSWERS = `
  const net = require('node:net');
  const { execSync } = require('node:child_process');
  const result = {
    pid: process.pid, cwd: process.cwd(), env: process.env,
    leader: execSync('ps -o sid= -p ' + process.pid).toString().trim() === String(process.pid),
  };
  net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(JSON.stringify({ id: 1, result }) + '\\n'));
  }).listen(process.env.HOLDFAST_STATE_DIR + '/daemon.sock');
`;

function program(text: string) {
  const stateDir = join(privateDir(), 'state');
  const entry = join(privateDir(), 'daemon.cjs');
  writeFileSync(entry, text);
  const env = { PATH: process.env.PATH, HOLDFAST_STATE_DIR: stateDir, OPENAI_API_KEY: 'secret', CODEX_SANDBOX: '1' };
  const paths = pathsHere(env);
  return { paths, stateDir, launch: () => launchDaemon(paths, env, entry) };
}

describe('the environment of the daemon', () => {
  const kept = {
    HOME: '/h',
    LC_ALL: 'C',
    XDG_RUNTIME_DIR: '/r',
    HOLDFAST_STATE_DIR: '/s',
    TMUX_TMPDIR: '/t',
    no_proxy: '*',
  };

  test('is what it needs', () => {
    expect(daemonEnvironment(kept)).toEqual(kept);
  });

  test.each([
    'OPENAI_API_KEY',
    'CLAUDECODE',
    'OPENCLAW_SHELL',
    'TMUX',
    'NODE_OPTIONS',
    'LD_PRELOAD',
    'HOLDFAST_MARK',
    'HOLDFAST_TASK',
    'HOLDFAST_ATTEMPT',
  ])('has no %s', (name) => {
    expect(daemonEnvironment({ ...kept, [name]: 'x' })).toEqual(kept);
  });
});

describe('a daemon that is started', () => {
  test('is detached, in the root directory, and does not see the keys of the caller', async () => {
    const { launch, stateDir } = program(ANSWERS);
    const connection = await launch();
    const hello: unknown = await connection.call('hello', {});
    connection.close();
    const { pid } = hello as { pid: number };
    started.push(pid);
    expect(hello).toMatchObject({
      cwd: '/',
      leader: true,
      env: { HOLDFAST_STATE_DIR: stateDir, ...daemonMalloc },
    });
    expect(hello).not.toHaveProperty('env.OPENAI_API_KEY');
    expect(hello).not.toHaveProperty('env.CODEX_SANDBOX');
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(stateDir, 'daemon.stderr')).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['for a reason that it knows is told in its own sentence', 72, 'tmux is not installed'],
    ['for any other is told with its exit code', 1, 'the daemon ended with exit code 1: tmux is not installed'],
  ])('and ends at once %s', async (_, exitCode, message) => {
    const words = 'first\\nholdfast daemon: tmux is not installed';
    const { launch } = program(`console.error('${words}'); process.exit(${exitCode})`);
    await expect(launch()).rejects.toMatchObject({ message, exitCode });
  });

  test('and ends without a word points to where one would be', async () => {
    const { launch, stateDir } = program('process.exit(1)');
    await expect(launch()).rejects.toThrow(`it left no word in ${stateDir}/daemon.stderr`);
  });

  test('is not confused with the last words of an earlier one', async () => {
    const { launch, paths, stateDir } = program('process.exit(1)');
    await launch().catch(() => {});
    writeFileSync(paths.stderrFile, 'an old word\n');
    await expect(launch()).rejects.toThrow('it left no word');
    expect(readFileSync(join(stateDir, 'daemon.stderr'), 'utf8')).toBe('an old word\n');
  });

  test('and finds the lock taken is no failure when the other one answers', async () => {
    const { launch } = program(`
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(ANSWERS)}], { detached: true, stdio: 'ignore' });
      child.unref();
      process.exit(75);
    `);
    const connection = await launch();
    const { pid } = await connection.call('hello', {});
    started.push(pid);
    connection.close();
  });
});

describe('a missing daemon', () => {
  const reach = (env: Record<string, string>, start: 'missing' | 'crashed' | 'never') => {
    const paths = pathsHere({ HOLDFAST_STATE_DIR: privateDir(), ...env });
    return reachDaemon({ paths, env, start, say: () => {} });
  };

  test('is not started where that is turned off, and the sentence says how to', async () => {
    await expect(reach({}, 'never')).rejects.toMatchObject({
      exitCode: 69,
      message: 'the daemon is not running. Start it with: holdfast daemon start',
    });
  });

  test('is not started inside OpenClaw, with the remedy', async () => {
    await expect(reach({ OPENCLAW_SHELL: 'exec' }, 'missing')).rejects.toMatchObject({
      exitCode: 69,
      message: expect.stringMatching(/in a terminal of your own: holdfast daemon start/),
    });
  });

  test('that a person has stopped is not brought back by those who wait', async () => {
    await expect(reach({}, 'crashed')).rejects.toMatchObject({ name: 'Unreachable', why: 'absent' });
  });
});
