import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdfast } from './rig.ts';
import { until } from './until.ts';

const { copyFinished } = await import(new URL('../../bench/archive.js', import.meta.url).href);

test('a daemon writes down what the next needs of many ended tasks, which damage done meanwhile does not hide', async () => {
  const hf = holdfast({ settings: { tickSeconds: 1 } });
  const { directory } = await hf.start('done', ['@say done']);
  await hf.end('done');
  await hf.cli('daemon', 'stop');
  copyFinished(directory, 250);
  const digest = join(hf.state, 'ended.digest');
  expect(existsSync(digest)).toBe(false);
  expect(await hf.list()).toHaveLength(251);
  await until(() => existsSync(digest));
  const before = await hf.list();
  await hf.cli('daemon', 'stop');

  const journal = join(
    hf.state,
    'tasks',
    readdirSync(join(hf.state, 'tasks')).find((id) => id.startsWith('old-7-')) ?? '',
    'journal.ndjson',
  );
  writeFileSync(journal, readFileSync(journal, 'utf8').replace('accepted', 'acceptex'));
  const after = await hf.list();
  const withoutIt = before.filter(({ name }) => name !== 'old-7');
  const plain = (rows: typeof before) => rows.map(({ name, state, since }) => [name, state, since]).sort();
  expect(plain(after)).toEqual(plain(withoutIt));
  expect(readdirSync(join(hf.state, 'quarantine'))).toEqual([expect.stringContaining('old-7-')]);

  const pruned = await hf.cli('prune', 'old-8');
  expect(pruned).toMatchObject({ code: 0 });
  await hf.cli('daemon', 'stop'); // this one may have renewed it just now, and does so once a minute at most
  await hf.list();
  await until(() => !readFileSync(digest, 'utf8').includes('"old-8"'));
});
