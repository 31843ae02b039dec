import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blocksOf } from '../docs/blocks.ts';
import { WAYS } from '../docs/examples.ts';
import { shell, standIns } from '../docs/shell.ts';
import { holdfast } from './rig.ts';

const lines = blocksOf('docs/commands.md').flatMap(({ text }) => text.trim().split('\n'));
const wayOf = (line: string) => WAYS.find(([begin]) => line.startsWith(begin))?.[1];
const run = lines.flatMap((line) => {
  const way = wayOf(line);
  return way && 'after' in way ? [[line, way.after] as const] : [];
});

test('every example has a way to be run, or a reason why not', () => {
  expect(lines.filter((line) => wayOf(line) === undefined)).toEqual([]);
  expect(run.length).toBeGreaterThan(lines.length * 0.7);
});

describe('an example of docs/commands.md goes well by itself', () => {
  test.concurrent.for(run)('%s', async ([line, after], { onTestFinished }) => {
    const hf = holdfast({
      settings: { directories: { confirm: true } },
      env: { HOLDFAST_TMUX_SOCKET: 'holdfast' },
      ends: onTestFinished, // of this one: several are at work at a time
    });
    const bin = join(hf.home, 'bin');
    standIns(bin);
    const { code, said } = await shell(`${after}\n${line}`, { ...hf.env, PATH: `${bin}:${hf.env.PATH}` }, hf.work);
    expect(code, said).toBe(0);
  });
});
