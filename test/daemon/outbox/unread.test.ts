import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { TaskId } from '../../../src/domain/ids.ts';
import { MINUTE, NOW } from '../../domain/samples.ts';
import { notice } from '../../notifiers/letters.ts';
import { limitable, withFewFiles } from '../../system/few-files.ts';
import { dir, down, eventually, found, open, over, tell } from './opened.ts';

/** A file that the disk does not give back just now, and why. */
const sick = vi.hoisted(() => ({ path: '', code: '' }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const openSync: typeof fs.openSync = (...words) => {
    if (words[0] === sick.path) throw Object.assign(new Error(`${sick.code}: open`), { code: sick.code });
    return fs.openSync(...words);
  };
  return { ...fs, openSync };
});

test.each(['EMFILE', 'ENFILE', 'EIO', 'EACCES'])(
  'a notice that cannot be read just now (%s) is not told as another, and sent when it can be',
  async (code) => {
    const first = await open(down);
    await tell(first, found(over));
    await eventually(() => expect(first.outbox.records()[0]?.deliveries[0]?.tries).toBe(1));
    const path = join(dir, 'outbox', 'fix-AAAAAA.6.json');
    Object.assign(sick, { path, code });
    const { outbox, sent } = await open({ result: 'sent' }, {}, NOW + MINUTE);
    await outbox.recover([found(over), found(over, { id: 'fix-BBBBBB' as TaskId })]);
    outbox.pump();
    await eventually(() => expect(sent).toEqual(['fix-BBBBBB/6']));
    expect(outbox.problems()).toEqual([
      `notice ${path} cannot be read just now: ${code}: open; it is tried again, and told then`,
    ]);
    sick.path = '';
    outbox.pump();
    await eventually(() => expect(sent).toEqual(['fix-BBBBBB/6', 'fix-AAAAAA/6']));
    expect(outbox.problems()).toEqual([]);
  },
);

test.runIf(limitable)('more notices than files may be open are all read', async () => {
  await open();
  const deliveries = [{ notifier: 'n', state: 'pending', tries: 0, nextAt: 0 }];
  for (let i = 0; i < 300; i++) {
    const record = { v: 1, notice: notice({ id: `fix-AAAAAA/${i}` }), deliveries };
    writeFileSync(join(dir, 'outbox', `fix-AAAAAA.${i}.json`), JSON.stringify(record));
  }
  const { outbox } = await withFewFiles(open);
  expect(outbox.problems()).toEqual([]);
  expect(outbox.records()).toHaveLength(300);
});
