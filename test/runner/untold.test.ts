import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Untold } from '../../src/domain/agent.ts';
import { eventsWith } from '../../src/runner/untold.ts';

let directory = '';
let events = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-untold-'));
  events = join(directory, 'events.jsonl');
  writeFileSync(events, '');
});
afterEach(() => rmSync(directory, { recursive: true }));

interface Line {
  readonly file?: string;
  readonly turn?: string;
  readonly says?: string;
}

/** An agent whose hooks name a file and a turn, and whose file says things. */
const untold: Untold = {
  file: (line) => (line as Line).file ?? '', // what the tests below write
  turn: (line) => (line as Line).turn ?? '',
  belongs: (line) => (line as Line).says !== undefined,
};

const at = (name: string): string => join(directory, name);
const write = (path: string, ...lines: readonly Line[]): void =>
  appendFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
const said = (lines: readonly string[]) => lines.flatMap((line): string[] => JSON.parse(line).says ?? []);

describe('the events of an agent whose hooks do not tell all', () => {
  test('are its events alone, until a hook begins a turn', () => {
    const more = eventsWith(untold, events);
    write(at('own'), { turn: '1', says: 'a' });
    write(events, {});
    expect(more()).toEqual(['{}']);
    expect(more()).toEqual([]);
  });

  test('get what its file says of that turn, at once and for good', () => {
    const more = eventsWith(untold, events);
    write(events, { file: at('own'), turn: '1' });
    more();
    write(at('own'), { turn: '1' }, { says: 'tokens' }, { turn: '1', says: 'failed' });
    expect(said(more())).toEqual(['tokens', 'failed']);
    expect(said(readFileSync(events, 'utf8').trimEnd().split('\n'))).toEqual(['tokens', 'failed']);
    expect(more()).toEqual([]);
  });

  test('get nothing that was told in an earlier life', () => {
    write(at('own'), { turn: '1', says: 'failed' }, { says: 'tokens of old' }, { turn: '2' }, { says: 'tokens' });
    const more = eventsWith(untold, events);
    write(events, { file: at('own'), turn: '2' });
    more();
    expect(said(more())).toEqual(['tokens']);
  });

  test('get no failure of a turn after a person has begun the next', () => {
    const more = eventsWith(untold, events);
    write(events, { file: at('own'), turn: '1' });
    more();
    write(at('own'), { turn: '1' });
    more();
    write(at('own'), { turn: '1', says: 'failed' });
    write(events, { file: at('own'), turn: '2' });
    expect(said(more())).toEqual([]);
  });

  test('get each thing once, in one turn after another', () => {
    const more = eventsWith(untold, events);
    for (const turn of ['1', '2']) {
      write(events, { file: at('own'), turn }, {});
      more();
      write(at('own'), { turn, says: `done ${turn}` });
      expect(said(more())).toEqual([`done ${turn}`]);
    }
    expect(more()).toEqual([]);
  });

  test('follow a person into another conversation', () => {
    const more = eventsWith(untold, events);
    write(events, { file: at('own'), turn: '1' });
    more();
    write(events, { file: at('other'), turn: '2' });
    write(at('other'), { turn: '2', says: 'there' });
    more();
    write(at('own'), { turn: '1', says: 'here' });
    expect(said(more())).toEqual(['there']);
  });

  test('are as they are where all is told by hooks', () => {
    const more = eventsWith(undefined, events);
    write(events, { file: at('own'), turn: '1' });
    write(at('own'), { turn: '1', says: 'a' });
    expect(more()).toHaveLength(1);
    expect(more()).toEqual([]);
  });
});
