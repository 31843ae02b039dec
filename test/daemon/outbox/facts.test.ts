import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dir, eventually, found, open, over, tell } from './opened.ts';

test('a notice is told without what cannot be read of its task, and with the rest', async () => {
  mkdirSync(join(dir, 'prompt.md')); // that a directory cannot be read is an error like any of the disk
  writeFileSync(join(dir, 'result.md'), '# fix: succeeded\n\n## What demo said last\n\nDone.\n');
  const made = await open();
  await tell(made, found(over));
  await eventually(() => expect(made.sent).toEqual(['fix-AAAAAA/6']));
  const { notice } = JSON.parse(readFileSync(join(dir, 'outbox', 'fix-AAAAAA.6.json'), 'utf8'));
  expect(notice.goal).toBeUndefined();
  expect(notice.result.excerpt).toBe('Done.');
  expect(readFileSync(join(dir, 'log'), 'utf8')).toMatch(/"facts-unread".*EISDIR/);
});
