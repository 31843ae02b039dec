import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { text as allOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fakeDaemon } from '../protocol/fake-daemon.ts';
import { type Holdfast, holdfast } from './rig.ts';
import { until } from './until.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

/** Milliseconds depend on the machine; what they come from does not. */
describe.each(['ask', 'complete', 'tell'])('the quick file "%s"', (name) => {
  const file = new URL(`../../dist/quick/${name}.cjs`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  const named = (how: string) =>
    [...text.matchAll(new RegExp(`\\b${how}\\(["'\`]([^"'\`]+)["'\`]\\)`, 'g'))].map(([, what]) => what ?? '');

  test('loads nothing but parts of node', () => {
    const loaded = named('require');
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((what) => !what.startsWith('node:'))).toEqual([]);
  });

  test('finds what it loads on the way', () => {
    const files = named('import').filter((what) => !what.startsWith('node:'));
    expect(files.filter((what) => !existsSync(new URL(what, file)))).toEqual([]);
  });

  test('is small: each 30 kB cost a millisecond', () => {
    expect(text.length).toBeLessThan(30_000);
  });
});

/** What the daemon alone makes of a line: nothing else may say it in its place. */
async function asked({ env, work }: Holdfast, ...line: readonly string[]): Promise<string> {
  const file = fileURLToPath(new URL('../../dist/quick/ask.cjs', import.meta.url));
  const program = `require(${JSON.stringify(file)}).ask(process.argv.slice(1), process).then((code) => process.exit(code ?? 99))`;
  const words = ['-e', program, '--', ...line];
  return (await promisify(execFile)(process.execPath, words, { env, cwd: work })).stdout;
}

test('a daemon says to each look what the program says, and completes names', async () => {
  const hf = holdfast();
  await hf.start('fix-login', ['@say Done.']);
  await hf.end('fix-login');
  for (const line of [
    ['list', '--json'],
    ['show', 'fix-login', '--json'],
    ['explain', 'fix-login', '--json'],
  ]) {
    const { stdout } = await hf.cli('--color', 'never', ...line); // a flag that is for the program alone
    expect(await asked(hf, ...line), line.join(' ')).toBe(stdout);
  }
  expect(await asked(hf, 'list')).toMatch(/NAME +AGENT.*\nfix-login +demo +succeeded/);
  expect(await asked(hf, '__complete', 'show', 'fix')).toBe('fix-login\n');
  await expect(asked(hf, 'stop', 'fix-login')).rejects.toMatchObject({ code: 99 });
});

test('whoever reads late gets all of it', async () => {
  const stdout = 'a task\n'.repeat(500_000);
  const daemon = await fakeDaemon(() => ({ rendered: { exitCode: 0, stdout, stderr: '' } }));
  const child = spawn(process.execPath, [PROGRAM, 'list'], { env: { HOLDFAST_STATE_DIR: daemon.dir }, stdio: 'pipe' });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await until(() => daemon.requests.length === 1 && daemon.connections.size === 0); // it has its answer
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  expect(await ended).toBe(0);
  expect(bytes).toBe(stdout.length);
  await daemon.close();
});

/** A device on which there is never room. */
const FULL = '/dev/full';

test.runIf(existsSync(FULL)).each([['--help'], ['list --json']])(
  'where "%s" cannot be written it is no success, and says why',
  async (line) => {
    const daemon = await fakeDaemon(() => ({ rendered: { exitCode: 0, stdout: '{}\n', stderr: '' } }));
    const words = ['-c', `exec "$@" >${FULL}`, 'sh', process.execPath, PROGRAM, ...line.split(' ')];
    const env = { PATH: process.env.PATH, HOLDFAST_STATE_DIR: daemon.dir };
    const child = spawn('sh', words, { env, stdio: 'pipe' });
    const [said, [code]] = await Promise.all([allOf(child.stderr), once(child, 'exit')]);
    expect(code).toBe(1);
    expect(said).toMatch(/^holdfast: what it had to say could not be written: ENOSPC[^\n]+\n$/);
    await daemon.close();
  },
);

/** Tells on stderr that something was written to stdout, be it out or not. */
const WITNESS = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (...words) => [write(...words), writeSync(2, 'written')][0];
`)}`;

test('help about the daemon waits for a reader whose pipe is full', async () => {
  const help = [process.execPath, '--import', WITNESS, PROGRAM, 'daemon', '--help'];
  const late = `exec 3<&0; { head -c 65536 /dev/zero; exec "$@"; } | { head -c 1 <&3 >/dev/null; tr -d '\\0'; }`;
  const child = spawn('sh', ['-c', late, 'sh', ...help], { env: { PATH: process.env.PATH }, stdio: 'pipe' });
  const read = allOf(child.stdout);
  await once(child.stderr, 'data');
  child.stdin.end('\n');
  expect(await read).toMatch(/^holdfast daemon.+it finds them again when it starts\.\n$/s);
});

test('a reader that has gone is no error to help about the daemon either', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'daemon', '--help'], { env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [said, [code]] = await Promise.all([allOf(child.stderr), once(child, 'exit')]);
  expect({ code, said }).toEqual({ code: 0, said: '' });
});
