import { join } from 'node:path';
import { narrateRaw, type Style } from '../domain/narrate.ts';
import { endOf } from './tail.ts';

const ERROR_LINES = 5;

/** Waits until the lines are out, so that a slow terminal slows us down instead of filling our memory. */
export function print(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return Promise.resolve();
  return new Promise((resolve) => {
    process.stdout.write(`${lines.join('\n')}\n`, () => resolve()); // an error: who prints listens for it
  });
}

/** The status in exit.json, which is blank until it is whole. */
export function exitStatus(directory: string): number | undefined {
  const [, digits] = /"status"\s*:\s*(\d+)/.exec(endOf(join(directory, 'exit.json'))) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The last lines that the agent wrote to its standard error. */
export const lastErrors = (directory: string, style: Style): readonly string[] =>
  endOf(join(directory, 'stderr.log'))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-ERROR_LINES)
    .map((line) => narrateRaw(line, style));
