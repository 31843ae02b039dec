import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/daemon/context.ts';
import { notices } from '../../../src/daemon/handlers/notices.ts';
import type { Outbox } from '../../../src/daemon/outbox.ts';
import { NOW } from '../../domain/samples.ts';
import { notice } from '../../notifiers/letters.ts';
import { limitable, withFewFiles } from '../../system/few-files.ts';
import { dir, eventually, found, open, over, tell } from './opened.ts';

const file = () => join(dir, 'outbox', 'fix-AAAAAA.6.json');
const shown = async (outbox: Outbox) => (await notices({ outbox } as Context, { pending: false })).notices; // it reads nothing else of it

/** An outbox in which everybody has had a notice. */
async function settled() {
  const made = await open();
  await tell(made, found(over));
  await eventually(() => expect(made.outbox.records()[0]?.deliveries[0]?.state).toBe('sent'));
  return made.outbox;
}

describe('a notice that everybody has had', () => {
  const outline = { id: 'fix-AAAAAA/6', kind: 'finished', at: NOW, task: { id: 'fix-AAAAAA', name: 'fix' } };
  const sentence = expect.stringMatching(/^✅ fix is done/);

  test('is kept in memory without its words, also by the next daemon, and shown with them', async () => {
    for (const outbox of [await settled(), (await open()).outbox]) {
      expect(outbox.records().map((each) => each.notice)).toEqual([outline]);
      expect(await shown(outbox)).toMatchObject([{ id: 'fix-AAAAAA/6', name: 'fix', sentence }]);
    }
  });

  test('keeps its words where a full disk did not take that', async () => {
    await open();
    mkdirSync(`${file()}.tmp`); // so that its file cannot be written
    expect(await shown(await settled())).toMatchObject([{ sentence, deliveries: [{ state: 'sent' }] }]);
  });

  test('is shown also where its file has come to harm', async () => {
    const outbox = await settled();
    writeFileSync(file(), '{"v":1,"not');
    expect(await shown(outbox)).toMatchObject([
      { id: 'fix-AAAAAA/6', sentence: `(${file()} cannot be read: it is damaged)` },
    ]);
  });

  test.runIf(limitable)('is shown beside more of them than files may be open', async () => {
    await open();
    const deliveries = [{ notifier: 'n', state: 'sent', tries: 1, nextAt: 0, settledAt: NOW }];
    for (let i = 0; i < 300; i++) {
      const record = { v: 1, notice: notice({ id: `fix-AAAAAA/${i}`, sentence: `it is ${i}` }), deliveries };
      writeFileSync(join(dir, 'outbox', `fix-AAAAAA.${i}.json`), JSON.stringify(record));
    }
    const { outbox } = await open();
    const rows = await withFewFiles(() => shown(outbox));
    expect(rows.map((row) => row.sentence)).toEqual(rows.map(({ id }) => `it is ${id.split('/')[1]}`));
    expect(rows).toHaveLength(300);
  });
});
