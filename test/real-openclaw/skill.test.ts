import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { NODE, OPENCLAW } from './install.ts';

/** Not execa: the one that is found from here is OpenClaw's, which wants its Node. */
const execute = promisify(execFile);
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** A home with an OpenClaw that has never run, and with `holdfast` and an agent on its PATH. */
function home() {
  const directory = mkdtempSync(join(tmpdir(), 'oc-home-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  symlinkSync(join(REPOSITORY, 'bin', 'holdfast.js'), join(bin, 'holdfast'));
  writeFileSync(join(bin, 'codex'), '#!/bin/sh\n', { mode: 0o755 });
  const env = { HOME: directory, PATH: `${bin}:${dirname(NODE)}:/usr/bin:/bin`, OPENCLAW_SKIP_UPDATE_CHECK: '1' };
  const run = async (...argv: readonly [string, ...string[]]): Promise<string> => {
    const [file, ...words] = argv;
    const { stdout } = await execute(file, words, { env, cwd: directory });
    return stdout;
  };
  return { directory, run, openclaw: (...words: string[]) => run(NODE, OPENCLAW, ...words) };
}

test('OpenClaw finds the skill ready where it was installed, with everything that it needs', async () => {
  const { run, openclaw } = home();
  await run(process.execPath, join(REPOSITORY, 'bin', 'holdfast.js'), 'skill', 'install', '--agent', 'openclaw');
  const said = await openclaw('skills', 'info', 'holdfast');
  expect(said).toContain('✓ Ready');
  expect(said).toContain('Visible to model: yes');
  expect(said).toMatch(/Binaries: ✓ holdfast, ✓ tmux/);
});

test('OpenClaw takes the package for a plugin', async () => {
  const { directory, run, openclaw } = home();
  const pack = ['pack', REPOSITORY, '--silent', '--ignore-scripts', '--pack-destination', directory];
  await execute('npm', pack, { cwd: directory });
  await run('/bin/sh', '-c', 'tar xzf holdfast-*.tgz');
  await openclaw('plugins', 'install', join(directory, 'package'), '--force', '--accept-capabilities');
  const plugins = await openclaw('plugins', 'inspect', 'holdfast');
  expect(plugins).toMatch(/holdfast/);
  expect(await openclaw('skills', 'info', 'holdfast')).toContain('✓ Ready');
});
