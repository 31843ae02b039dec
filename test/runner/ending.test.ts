import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { exitStatus } from '../../src/runner/ending.ts';

test.each([
  ['as the runner writes it', '{"status":0}  \n', 0],
  ['with fields that a later runner may add', '{"signal":9,"status":137,"endedBy":{"name":"x"}}\n', 137],
  ['blank, while the agent lives', `${' '.repeat(14)}\n`, undefined],
  ['half written over the blank', `{"stat${' '.repeat(8)}\n`, undefined],
])('the status in an exit record %s', (_, text, status) => {
  const directory = mkdtempSync(join(tmpdir(), 'hf-ending-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  expect(exitStatus(directory)).toBeUndefined();
  writeFileSync(join(directory, 'exit.json'), text);
  expect(exitStatus(directory)).toBe(status);
});
