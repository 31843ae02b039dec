import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

const dist = (...names: string[]): string => join(fileURLToPath(new URL('../../dist', import.meta.url)), ...names);

describe('conf in the package', () => {
  test('writes settings where no package is installed', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'hf-conf-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    copyFileSync(dist('system', 'conf.js'), join(cwd, 'conf.mjs'));
    const { Conf } = await import(pathToFileURL(join(cwd, 'conf.mjs')).href);
    new Conf({ cwd, configName: 'settings', projectName: 'holdfast' }).set('a.b', 1);
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
