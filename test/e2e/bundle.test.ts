import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

const dist = (...names: string[]): string => join(fileURLToPath(new URL('../../dist', import.meta.url)), ...names);

describe('conf in the package', () => {
  test('writes settings where no package is installed', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'hf-conf-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    copyFileSync(dist('system', 'conf.js'), join(cwd, 'conf.mjs'));
    const words =
      "import { Conf } from './conf.mjs'; new Conf({ cwd: '.', configName: 'settings', projectName: 'holdfast' }).set('a.b', 1)";
    execFileSync(process.execPath, ['--input-type=module', '--eval', words], { cwd }); // vitest itself would find the package
    expect(JSON.parse(readFileSync(join(cwd, 'settings.json'), 'utf8'))).toEqual({ a: { b: 1 } });
  });

  test('comes with the licence of each package that is in it', () => {
    const licences = readFileSync(dist('third-party-licenses.txt'), 'utf8');
    const names = [...licences.matchAll(/^(\S+) [\d.]+ \([^)]+\)\n\n.*\b(?:licen[cs]e|copyright)/gim)].map(
      ([, name]) => name,
    );
    expect(names).toEqual(expect.arrayContaining(['ajv', 'atomically', 'conf', 'dot-prop', 'fast-uri', 'semver']));
    expect(names).toHaveLength(licences.split(`\n\n${'-'.repeat(80)}\n\n`).length - 1);
  });
});
