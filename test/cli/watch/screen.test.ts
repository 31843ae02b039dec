import { describe, expect, test } from 'vitest';
import { takeScreen } from '../../../src/cli/watch/screen.ts';

/** A terminal that keeps what was written, in pieces. */
function terminal() {
  const written: string[] = [];
  const stdout = { columns: 80, rows: 24, write: (text: string) => written.push(text) };
  return { stdout, screen: takeScreen(stdout), since: () => written.splice(0) };
}
const ENTER = expect.stringContaining('?1049h');
const LEAVE = expect.stringContaining('?1049l');
const drawn = (text: string) => expect.stringContaining(`\u001b[H\u001b[K${text}`);

describe('a screen', () => {
  test('is written to only where something has changed', () => {
    const { screen, since } = terminal();
    screen.draw(['a']);
    expect(since()).toEqual([ENTER, drawn('a')]);
    screen.draw(['a']);
    expect(since()).toEqual([]);
    screen.draw(['b']);
    expect(since()).toEqual([drawn('b')]);
  });

  test('is drawn anew when the terminal has changed its size', () => {
    const { screen, stdout, since } = terminal();
    screen.draw(['a']);
    since();
    stdout.columns = 100;
    screen.draw(['a']);
    expect(since()).toEqual([drawn('a')]);
  });

  test('keeps the last letter of a line that fills its row: a terminal erases from where the cursor stands', () => {
    const { screen, since } = terminal();
    screen.draw(Array.from({ length: 24 }, () => 'x'.repeat(80)));
    const full = since().join('');
    for (const erase of ['\u001b[K', '\u001b[J']) expect(full).not.toContain(`x${erase}`);
    screen.draw(['x'.repeat(80)]);
    expect(since().join('')).toContain('x\r\n\u001b[J');
  });

  test('that was lent is taken again by the next drawing', () => {
    const { screen, since } = terminal();
    screen.draw(['a']);
    since();
    screen.lend();
    expect(since()).toEqual([LEAVE]);
    screen.draw(['a']);
    expect(since()).toEqual([ENTER, drawn('a')]);
  });

  test('is restored with what was on it', () => {
    const { screen, since } = terminal();
    screen.draw(['a']);
    screen.lend();
    since();
    screen.restore();
    expect(since()).toEqual([ENTER, drawn('a')]);
  });

  test('is left once and for good, also when it is lent', () => {
    const { screen, since } = terminal();
    screen.lend();
    since();
    screen.leave();
    screen.leave();
    screen.draw(['a']);
    screen.restore();
    expect(since()).toEqual([]);
  });
});
