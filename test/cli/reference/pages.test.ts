import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { verbs } from '../../../src/cli/fast-path.ts';
import { pages } from '../../../src/cli/reference/pages.ts';
import { holdfast } from '../shell.ts';

const { man, docs } = await pages('1.2.3');

test.each(Object.keys(docs))('%s is what the code says: npm run docs', (path) => {
  expect(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')).toBe(docs[path]);
});

describe('the man page', () => {
  test('has every command, flag and exit code', async () => {
    for (const verb of Object.keys(verbs)) {
      expect(man).toContain(`.SS holdfast ${verb}`);
      const { stdout } = await holdfast([verb, '--help']);
      for (const [, flag = ''] of stdout.matchAll(/--([a-z][a-z-]+)/g))
        expect(man, `${verb} --${flag}`).toContain(`\\-\\-${flag.replaceAll('-', '\\-')}`);
    }
    expect(man).toContain('.B 78\n');
  });

  const checker = ['mandoc', 'man'].find((name) => spawnSync(name, ['--version']).error === undefined);
  if (checker === undefined)
    console.error('!!! SKIPPED: neither man nor mandoc here, so the man page is not read by one !!!');
  test.runIf(checker === 'man')('is read without a warning', () => {
    const env = { ...process.env, MANROFFSEQ: '', MANWIDTH: '80', LC_ALL: 'C.UTF-8' };
    const words = ['--warnings', '--encoding=utf8', '--local-file', '-'];
    const { status, stdout, stderr } = spawnSync('man', words, { input: man, env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('holdfast service <action>');
  });
});

test.each([
  ['exit-codes', /^78 +the settings/m],
  ['states', /^rate-limited +/m],
  ['environment', /^HOLDFAST_STATE_DIR +/m],
  ['files', /^daemon\.sock +/m],
])('help %s', async (topic, says) => {
  expect(await holdfast(['help', topic])).toMatchObject({ code: 0, stdout: expect.stringMatching(says), stderr: '' });
});
