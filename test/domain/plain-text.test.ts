import { describe, expect, test } from 'vitest';
import { plainLine, plainText } from '../../src/domain/plain-text.ts';

describe('text from outside', () => {
  test.each([
    ['keeps text, newlines and tabs', 'a\tb\nc — 結 🪢', 'a\tb\nc — 結 🪢'],
    ['turns CRLF into LF', 'a\r\nb\r\n', 'a\nb\n'],
    ['turns a lone CR into LF, so that a progress bar does not overwrite itself', '10%\r20%', '10%\n20%'],
    ['loses colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['loses cursor movements and screen clearing', '\u001b[2J\u001b[Hx\u001b[?25l', 'x'],
    ['loses a window title ended by BEL', '\u001b]0;owned\u0007x', 'x'],
    ['loses a hyperlink ended by ST', '\u001b]8;;http://evil\u001b\\click\u001b]8;;\u001b\\', 'click'],
    ['loses a clipboard write', '\u001b]52;c;cm0gLXJm\u0007x', 'x'],
    ['loses an OSC without end only up to the end of its line', '\u001b]0;owned\nnext', '\nnext'],
    ['loses a tmux passthrough', '\u001bPtmux;\u001b\u001b]52;c;eA==\u0007\u001b\\x', 'x'],
    ['loses sequences that begin with a C1 character', '\u009b31mred\u009d0;owned\u009cx', 'redx'],
    ['loses a full reset', '\u001bcx', 'x'],
    ['loses a lone ESC at the end', 'x\u001b', 'x'],
    ['loses BEL, backspace, NUL and DEL', 'a\u0007\b\0\u007fb', 'ab'],
    ['loses direction overrides', 'a\u202eb\u2066c', 'abc'],
    ['has no sequence put together from what was left of two', '\u001b\u001b[m[31mx', '[31mx'],
  ])('%s', (_, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  test('is cleaned in linear time however it is made up', () => {
    const hostile = `${'\u001b]'.repeat(200_000)}${'\u001b['.repeat(200_000)}${'\u001b[1;'.repeat(200_000)}`;
    const began = performance.now();
    expect(plainText(hostile)).not.toContain('\u001b');
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('becomes one line where one line is wanted', () => {
    expect(plainLine('  git commit \\\r\n\t-m "x"\u001b[0m\n')).toBe('git commit \\ -m "x"');
  });
});
