import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blocksOf } from '../docs/blocks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Every version that we say we run on. */
const NODES = ['20.19.0', '20', '22', '24', '26'];

// short, because the socket of tmux lies below it
const scratch = realpathSync(mkdtempSync('/tmp/hfp-'));
const tarballs = join(scratch, 'tarballs');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let tarball = '';
beforeAll(() => {
  mkdirSync(tarballs);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', tarballs], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  tarball = join(tarballs, readdirSync(tarballs)[0] ?? '');
});

const pathWith = (node: string): string => `${dirname(node)}:${process.env.PATH}`;

/** Runs npm with this Node, and with what npm needs of our surroundings: proxies, certificates. */
function npm(node: string, ...words: string[]): void {
  const env = { ...process.env, PATH: pathWith(node), npm_config_cache: join(scratch, 'cache') };
  execFileSync('npm', [...words, '--silent', '--no-audit', '--no-fund'], {
    cwd: scratch,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** A Node of this version, as npm's own `node` package brings it. */
function nodeOf(version: string): string {
  const home = join(scratch, `node-${version}`);
  mkdirSync(home);
  npm(process.execPath, 'install', '--prefix', home, `node@${version}`);
  return join(home, 'node_modules', 'node', 'bin', 'node');
}

/** Installs the package globally, into a prefix that has nothing but a space in its name. */
function install(node: string, version: string) {
  const prefix = join(scratch, `pre fix ${version}`);
  const home = join(scratch, `h${version}`);
  mkdirSync(home, { mode: 0o700 });
  npm(node, 'install', '--global', '--prefix', prefix, tarball);
  const env = { PATH: pathWith(node), HOME: home, LANG: 'C.UTF-8', TMUX_TMPDIR: home };
  const program = join(prefix, 'bin', 'holdfast');
  return {
    prefix,
    files: join(prefix, 'lib', 'node_modules', 'holdfast'),
    run: (...args: string[]) => spawnSync(program, args, { env, cwd: home, encoding: 'utf8', timeout: 120_000 }),
  };
}

describe.each(NODES)('on Node %s the package', (version) => {
  test('installs into a path with spaces, and its demo heals a crash', () => {
    const node = nodeOf(version);
    const { run, prefix } = install(node, version);
    const said = JSON.parse(run('version', '--json').stdout);
    expect(said.node).toMatch(new RegExp(`^v${version.replaceAll('.', '\\.')}`));
    const demo = run('demo');
    expect({ status: demo.status, stderr: demo.stderr }).toMatchObject({ status: 0 });
    expect(`${demo.stdout}${demo.stderr}`).toMatch(/resumed/i);
    expect(existsSync(join(prefix, 'share', 'man', 'man1', 'holdfast.1'))).toBe(true);
  });
});

test('what README says about the installation goes well as it stands there', () => {
  const block = blocksOf('README.md').find(({ text }) => text.includes('npm i -g'))?.text ?? '';
  const [inCheckout, clean, pack, ...more] = block.split(/ && |\n/).slice(1);
  // done by others, and above
  expect([inCheckout, clean, pack]).toEqual([
    expect.stringMatching(/^npm run demo /),
    'rm -f holdfast-*.tgz',
    'npm pack',
  ]);
  const prefix = join(scratch, 'as-readme-says');
  const home = join(scratch, 'reader');
  mkdirSync(home, { mode: 0o700 });
  const env = {
    ...process.env,
    HOME: home,
    TMUX_TMPDIR: home,
    npm_config_prefix: prefix,
    npm_config_cache: join(scratch, 'cache'),
    PATH: `${prefix}/bin:${process.env.PATH}`,
  };
  const shell = spawnSync('bash', ['-euo', 'pipefail', '-c', [...more, 'holdfast demo'].join('\n')], {
    cwd: tarballs,
    env,
    encoding: 'utf8',
  });
  expect(shell.status, `${shell.stdout}${shell.stderr}`).toBe(0);
  expect(shell.stdout).toMatch(/resumed/i);
});

describe('what is installed', () => {
  let files = '';
  let prefix = '';
  beforeAll(() => {
    ({ files, prefix } = install(process.execPath, 'here'));
  });

  test('is a service whose tasks go on after a logout and after a loss of power', () => {
    const words = [join(root, 'test/service/run.js'), 'test/service/comeback.test.ts'];
    const env = { ...process.env, HOLDFAST_PROGRAM: join(prefix, 'bin', 'holdfast') };
    const bounded = { cwd: root, env, encoding: 'utf8', timeout: 240_000 } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, words, bounded);
    console.log(stderr.includes('SKIPPED') ? stderr : stdout.split('\n').slice(-8).join('\n'));
    expect(status, `${stdout}${stderr}`).toBe(0);
  });

  test('is small without its dependencies', () => {
    const bytes = everyFile(files)
      .filter((path) => !path.includes('/node_modules/', files.length))
      .reduce((sum, path) => sum + statSync(path).size, 0);
    console.log(`${(bytes / 1024).toFixed(0)} KiB unpacked`);
    expect(bytes).toBeLessThan(5 * 1024 * 1024);
  });

  test('needs few packages, none of which runs anything at its installation', () => {
    const manifests = everyFile(files).filter((path) =>
      /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path.slice(files.length)),
    );
    console.log(`${manifests.length} production packages`);
    expect(manifests.length).toBeGreaterThan(8);
    expect(manifests.length).toBeLessThanOrEqual(60);
    for (const path of [...manifests, join(files, 'package.json')]) {
      const { scripts = {} } = JSON.parse(readFileSync(path, 'utf8'));
      const { preinstall, install: atInstall, postinstall } = scripts;
      expect({ path, preinstall, atInstall, postinstall }).toEqual({ path });
      expect(existsSync(join(dirname(path), 'binding.gyp')), path).toBe(false);
    }
  });

  test('has what a person reads, and nothing that only we need', () => {
    const names = readdirSync(files);
    for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'docs', 'man', 'dist', 'bin'])
      expect(names).toContain(name);
    expect(readdirSync(join(files, 'dist'))).toContain('third-party-licenses.txt');
    for (const name of ['src', 'test', 'bench', 'build', 'tsconfig.json']) expect(names).not.toContain(name);
  });
});

const everyFile = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
