import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createJournal, JournalError, NewerJournalError, openJournal } from '../../src/daemon/journal.ts';
import { step } from '../../src/domain/machine.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import { newTask } from '../../src/domain/task.ts';

let dir = '';
let path = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hf-journal-'));
  path = join(dir, 'journal.ndjson');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const NOW = 1_800_000_000_000;
const entry = (seq: number) =>
  ({ epoch: 3, at: NOW + seq, happening: { type: 'ticked' }, task: { ...newTask(NOW), seq } }) as const;

/** A journal of three lines. */
async function three() {
  const journal = await createJournal(path, dir, entry(0));
  for (const seq of [1, 2]) await journal.append(entry(seq));
  return journal;
}
const bytes = () => readFileSync(path);
const lines = () => bytes().toString().split('\n').slice(0, -1);
const sign = (text: string) => `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;

/** As the first version wrote it: its lines have no `order`, its tasks nothing that came later. */
const FIRST = `
{"v":1,"line":0,"epoch":1,"at":1800000000000,"happening":{"type":"accepted"},"task":{"seq":0,"run":1,"attempt":0,"tries":0,"fails":0,"fastDeaths":0,"reissues":0,"spentMs":0,"since":1800000000000,"denied":0,"detached":false,"phase":{"state":"pending"}}}
{"v":1,"line":1,"epoch":1,"at":1800000000100,"happening":{"type":"admitted"},"task":{"seq":1,"run":1,"attempt":1,"tries":1,"fails":0,"fastDeaths":0,"reissues":0,"spentMs":0,"since":1800000000100,"denied":0,"detached":false,"phase":{"state":"starting","claimBy":1800000060100},"firstStartAt":1800000000100}}
{"v":1,"line":2,"epoch":1,"at":1800000000200,"happening":{"type":"claimed","attempt":1,"bornAt":1800000000150},"task":{"seq":2,"run":1,"attempt":1,"tries":1,"fails":0,"fastDeaths":0,"reissues":0,"spentMs":0,"since":1800000000200,"denied":0,"detached":false,"phase":{"state":"running"},"firstStartAt":1800000000100,"bornAt":1800000000150}}
`;

describe('a journal', () => {
  test('gives back what was written, and goes on where it ended', async () => {
    await three();
    const { journal, last } = openJournal(path);
    expect(last).toMatchObject({ v: 1, line: 2, epoch: 3, at: NOW + 2, task: { seq: 2 } });
    await journal.append(entry(3));
    expect((await journal.entries()).map(({ line, task }) => [line, task.seq])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  test('tells what stood before its last entry, though others were opened meanwhile', async () => {
    await three();
    const { previous } = openJournal(path);
    await createJournal(join(dir, 'other'), dir, entry(7));
    openJournal(join(dir, 'other'));
    expect(previous()).toMatchObject({ line: 1, task: { seq: 1 } });
  });

  test('has nothing before its first entry', async () => {
    await createJournal(path, dir, entry(0));
    expect(openJournal(path).previous()).toBeUndefined();
  });

  test('is ours alone', async () => {
    await three();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('of the first version goes on, and so does its task, which counts what that version did not', async () => {
    writeFileSync(path, FIRST.trim().split('\n').map(sign).join(''));
    const { journal, last, previous } = openJournal(path);
    expect([previous()?.line, last.line, journal.end?.()]).toEqual([1, 2, { epoch: 1, order: 0 }]);
    let { task } = last;
    for (const happening of [
      { type: 'vanished', attempt: 1, cause: 'tmux-server' },
      { type: 'provedDead', attempt: 1, rebooted: false, livedMs: 600_000 },
    ] as const) {
      [task] = step(task, happening, NOW + 300, defaultPolicy);
      await journal.append({ epoch: 2, at: NOW + 300, happening, task });
    }
    const again = openJournal(path);
    expect(again.last).toMatchObject({ line: 4, epoch: 2, order: expect.any(Number) });
    expect(again.last.task).toMatchObject({ tries: 1, spared: 1, fails: 0, phase: { state: 'backing-off' } });
    expect((await again.journal.entries()).map(({ order }) => typeof order)).toEqual([
      'undefined',
      'undefined',
      'undefined',
      'number',
      'number',
    ]);
  });

  test('takes a line of an older generation as it stands: it is the lock that keeps an older daemon from writing', async () => {
    const journal = await three();
    await journal.append({ ...entry(3), epoch: 2 });
    const { last, journal: again } = openJournal(path);
    expect(last).toMatchObject({ line: 3, epoch: 2, task: { seq: 3 } });
    expect(again.end?.()).toEqual({ epoch: 2, order: last.order });
    expect((await again.entries()).map(({ epoch }) => epoch)).toEqual([3, 3, 3, 2]);
  });

  test('is one JSON a line, after its checksum, for whoever reads it without us', async () => {
    await three();
    for (const line of lines()) expect(`${line}\n`).toBe(sign(JSON.stringify(JSON.parse(line.slice(9)))));
  });

  test('keeps a line break or a strange character in its line', async () => {
    const journal = await three();
    const why = 'a\nb\r\u2028 🪢 "';
    await journal.append({ ...entry(3), task: { ...newTask(NOW), phase: { state: 'failed', why } } });
    expect(openJournal(path).last.task.phase).toEqual({ state: 'failed', why });
    expect(lines()).toHaveLength(4);
  });
});

describe('the last line of a journal, which nobody was told of yet', () => {
  test.each<[string, (all: Buffer) => Buffer]>([
    ['torn anywhere', (all) => all.subarray(0, -20)],
    ['without its line feed', (all) => all.subarray(0, -1)],
    ['with zeros for bytes', (all) => Buffer.concat([all.subarray(0, -20), Buffer.alloc(20)])],
    [
      'with zeros before an end that is there',
      (all) => Buffer.concat([all.subarray(0, -40), Buffer.alloc(20), all.subarray(-20)]),
    ],
  ])('%s is dropped, and written over', async (_, damage) => {
    await three();
    writeFileSync(path, damage(bytes()));
    const { journal, last } = openJournal(path);
    expect(last.task.seq).toBe(1);
    await journal.append(entry(7));
    expect((await journal.entries()).map(({ task }) => task.seq)).toEqual([0, 1, 7]);
  });

  test('is written over whole after a write that failed half-way', async () => {
    const journal = await three();
    writeFileSync(path, '12345678 {"v":1,"li', { flag: 'a' }); // what a full disk leaves
    await journal.append(entry(3));
    expect(openJournal(path).last).toMatchObject({ line: 3, task: { seq: 3 } });
  });
});

describe('a journal that cannot be trusted is refused, and left as it is', () => {
  const damaged: readonly [string, (all: Buffer) => Buffer | string, RegExp][] = [
    ['a flipped byte in the middle', (all) => flip(all, all.indexOf(10) + 20), /^line 2: the checksum does not match/],
    [
      'a flipped byte in the last line, which may have been told',
      (all) => flip(all, all.length - 20),
      /^line 3: the checksum/,
    ],
    [
      'a flipped byte in the last checksum',
      (all) => flip(all, all.lastIndexOf(10, all.length - 2) + 1),
      /^line 3: the c/,
    ],
    ['a flipped byte in the first line', (all) => flip(all, 20), /^line 1: the checksum/],
    ['a line missing', (all) => without(all, 1), /^line 2: line 2 stands where 1 is due/],
    ['a line twice', (all) => `${all}${sign(lines()[1]?.slice(9) ?? '')}`.concat(sign('{}')), /^line 4: /],
    ['its first line torn', (all) => all.subarray(0, 30), /no entry/],
    ['its first line zeros', () => `${'\0'.repeat(30)}\n`, /^line 1: the checksum/],
    ['nothing in it', () => '', /no entry/],
    ['a signed line that is no entry', (all) => `${sign('{"v":1,"line":0}')}${all}`, /^line 1: .*epoch/s],
    [
      'a signed state that nobody knows',
      (all) =>
        all +
        sign(
          (lines()[2]?.slice(9) ?? '').replace('"line":2', '"line":3').replace(/"state":"[\w-]+"/, '"state":"napping"'),
        ),
      /^line 4: .*state/s,
    ],
  ];
  test.each(damaged)('with %s', async (_, damage, says) => {
    await three();
    writeFileSync(path, damage(bytes()));
    const before = bytes();
    expect(() => openJournal(path)).toThrow(
      expect.objectContaining({ name: 'JournalError', message: expect.stringMatching(says) }),
    );
    expect(bytes()).toEqual(before);
  });

  test('with a directory in its place', async () => {
    mkdirSync(path);
    expect(() => openJournal(path)).toThrow(JournalError);
  });

  test('of more than it can have, and it is not read', async () => {
    await three();
    truncateSync(path, 2 ** 31); // sparse: it takes no room
    expect(() => openJournal(path)).toThrow(JournalError);
    expect(statSync(path).size).toBe(2 ** 31);
  });

  test('with nothing in its place', async () => {
    expect(() => openJournal(path)).toThrow(JournalError);
  });

  test('of a newer version, which is no damage', async () => {
    await three();
    writeFileSync(path, sign('{"v":2,"line":3,"anything":"else"}'), { flag: 'a' });
    expect(() => openJournal(path)).toThrow(NewerJournalError);
    expect(() => openJournal(path)).toThrow(/upgrade holdfast/);
  });
});

describe('a line that cannot be written', () => {
  test('throws, and the journal goes on when it can be again', async () => {
    const journal = await three();
    renameSync(path, `${path}.away`);
    mkdirSync(path);
    await expect(journal.append(entry(3))).rejects.toThrow('EISDIR');
    rmdirSync(path);
    renameSync(`${path}.away`, path);
    await journal.append(entry(4));
    expect(openJournal(path).last).toMatchObject({ line: 3, task: { seq: 4 } });
  });

  test('because somebody cut the file: what we knew to be there is not made up', async () => {
    const journal = await three();
    truncateSync(path, 10);
    await expect(journal.append(entry(3))).rejects.toThrow(/shorter than it was/);
    expect(bytes()).toHaveLength(10);
  });
});

function flip(data: Buffer, at: number): Buffer {
  const copy = Buffer.from(data);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function without(data: Buffer, line: number): Buffer {
  const all = data.toString().split('\n');
  return Buffer.from(all.filter((_, i) => i !== line).join('\n'));
}
