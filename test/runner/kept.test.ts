import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const kept = readdirSync(new URL('../fixtures/', import.meta.url)).filter((name) => /^runner-.*\.sh$/.test(name));

/** A kept script has one line more, so that it is another file than ours, even where it says the same. */
const withoutItsMark = (script: string): string => script.replace(/^# Kept: .*\n/m, '');

test('the runner is kept under the first version that has it: later daemons must understand it', () => {
  const scripts = kept.map((name) => withoutItsMark(textOf(`../fixtures/${name}`)));
  const ours = textOf('../../src/runner/runner.sh');
  expect(scripts.includes(ours), 'keep it as test/fixtures/runner-VERSION.sh; what was released stays').toBe(true);
});

test.each(kept)('%s is marked as kept', (name) => {
  const [, version] = /^runner-(.*)\.sh$/.exec(name) ?? [];
  expect(textOf(`../fixtures/${name}`)).toContain(`\n# Kept: this is the runner of version ${version}.`);
});
