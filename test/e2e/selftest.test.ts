import { expect, test } from 'vitest';
import { z } from 'zod';
import { holdfast } from './rig.ts';

const page = z.object({
  wrong: z.number(),
  rows: z.array(z.object({ fault: z.string(), right: z.boolean(), verdict: z.string(), wrong: z.array(z.string()) })),
});

test('the self-test finds every verdict right on this machine', async () => {
  const done = await holdfast().cli('selftest', '--json');
  const { wrong, rows } = page.parse(JSON.parse(done.stdout));
  expect(rows.filter(({ right }) => !right)).toEqual([]);
  expect(rows.length).toBeGreaterThanOrEqual(16);
  expect(rows.map(({ verdict }) => verdict)).toContain('hang, resumed');
  expect({ wrong, code: done.code }).toEqual({ wrong: 0, code: 0 });
}, 90_000);
