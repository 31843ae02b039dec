import { closeSync, mkdtempSync, openSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

interface Size {
  readonly pid: number;
  readonly at: number;
  readonly rss: number;
  readonly fds: number;
}
interface Growth {
  readonly lives: number;
  readonly seconds: number;
  readonly mbPerMinute: number;
  readonly fdsPerMinute: number;
}
/** The soak is JavaScript, which the compiler does not read. */
const load = async (name: string) => await import(new URL(`../../bench/soak/${name}.js`, import.meta.url).href);
const { growthOf, grownIn }: { growthOf: (sizes: readonly Size[]) => Growth; grownIn: (growth: Growth) => string[] } =
  await load('growth');
interface Holdings {
  readonly files: number;
  readonly watches: number;
}
const {
  holdingsOf,
  leftIn,
}: {
  holdingsOf: (pid: number) => Holdings;
  leftIn: (holdings: { readonly before?: Holdings; readonly after?: Holdings }) => string[];
} = await load('holdings');
const { verdictOf }: { verdictOf: (found: object) => number } = await load('verdict');

/** A look each second at a daemon that grows by so much a minute. */
const life = (seconds: number, mbPerMinute: number, fdsPerMinute: number, pid = 1): readonly Size[] =>
  Array.from({ length: seconds }, (_, second) => ({
    pid,
    at: second * 1000,
    rss: (100 + (mbPerMinute * second) / 60) * 2 ** 20,
    fds: 50 + (fdsPerMinute * second) / 60,
  }));

describe('the soak judges how the longest life of the daemon grew', () => {
  test.each<[string, readonly Size[], readonly string[]]>([
    ['one that is flat', life(400, 0, 0), []],
    ['one that grows a little', life(400, 1.9, 4.9), []],
    ['one that grows for ever', life(400, 3, 0), ['3.00 MB of memory more a minute over 379 s, 2 may be']],
    ['one that closes no file', life(400, 0, 8), ['8.00 open files more a minute over 379 s, 5 may be']],
    ['one that was too short to tell', life(70, 100, 100), []],
    ['no daemon at all', [], []],
  ])('%s', (_, sizes, grown) => {
    expect(grownIn(growthOf(sizes))).toEqual(grown);
  });

  test('and looks at the longest one alone', () => {
    const growth = growthOf([...life(100, 90, 0, 1), ...life(400, 0, 0, 2), ...life(30, 5, 5, 3)]);
    expect(growth).toMatchObject({ lives: 3, seconds: 379, mbPerMinute: expect.closeTo(0) });
  });

  test('and ends with 1 for it, as for everything else that must not be', () => {
    const clean = { lost: [], doubled: [], wrong: [], forgotten: [], grown: [], harness: [] };
    expect(verdictOf(clean)).toBe(0);
    for (const what of Object.keys(clean)) expect(verdictOf({ ...clean, [what]: ['something'] }), what).toBe(1);
  });
});

describe('the soak judges what the daemon still holds when all tasks are over', () => {
  const before = { files: 30, watches: 4 };

  test.each<[string, Parameters<typeof leftIn>[0], readonly string[]]>([
    ['as much as before', { before, after: before }, []],
    ['less than before', { before, after: { files: 20, watches: 0 } }, []],
    ['a command that runs just now', { before, after: { files: 35, watches: 4 } }, []],
    [
      'a file for each of them',
      { before, after: { files: 110, watches: 4 } },
      ['80 more open files than before the first task, and all are over: 110'],
    ],
    [
      'a watch for each of them',
      { before, after: { files: 30, watches: 84 } },
      ['80 more watched paths than before the first task, and all are over: 84'],
    ],
    ['nobody looked, for the run ended early', { before }, []],
  ])('%s', (_, holdings, left) => {
    expect(leftIn(holdings)).toEqual(left);
  });

  test.runIf(process.platform === 'linux')('counted by what the kernel says of it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'hf-holdings-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    watch(tmpdir()).close(); // the descriptor of all watches stays
    const { files, watches } = holdingsOf(process.pid);
    const opened = [1, 2, 3].map(() => openSync(directory, 'r'));
    const watcher = watch(directory);
    expect(holdingsOf(process.pid)).toEqual({ files: files + 3, watches: watches + 1 });
    for (const fd of opened) closeSync(fd);
    watcher.close();
    expect(holdingsOf(process.pid)).toEqual({ files, watches });
  });
});
