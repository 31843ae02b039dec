import type { Sink } from '../output.ts';
import type { Size } from './frame.ts';

/** The other screen of a terminal, drawn on in place; what was there before comes back. */
export interface Screen {
  readonly size: () => Size;
  readonly draw: (lines: readonly string[]) => void;
  /** Gives the terminal back as it was. May be called again. */
  readonly leave: () => void;
}

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l'; // other screen, no cursor, no wrapping
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const REST_OF_LINE = '\u001b[K';
const REST_OF_SCREEN = '\u001b[J';

/** Takes the terminal. Nothing is written where nothing has changed: a line by ssh may be slow. */
export function takeScreen(stdout: Sink): Screen {
  let before = '';
  let left = false;
  stdout.write(ENTER);
  return {
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    draw: (lines) => {
      const text = HOME + lines.map((line) => line + REST_OF_LINE).join('\r\n') + REST_OF_SCREEN;
      if (text !== before && !left) stdout.write(text);
      before = text;
    },
    leave: () => {
      if (!left) stdout.write(LEAVE);
      left = true;
    },
  };
}
