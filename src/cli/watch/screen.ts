import type { Sink } from '../output.ts';
import type { Size } from './frame.ts';

/** The other screen of a terminal, drawn on in place; what was there before comes back. */
export interface Screen {
  readonly size: () => Size;
  readonly draw: (lines: readonly string[]) => void;
  /** Gives the terminal back until the next drawing. */
  readonly lend: () => void;
  /** Draws the last lines again, whatever the terminal has forgotten of them. */
  readonly restore: () => void;
  /** Gives the terminal back as it was, for good. May be called again. */
  readonly leave: () => void;
}

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l'; // other screen, no cursor, no wrapping
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const REST_OF_LINE = '\u001b[K';
const REST_OF_SCREEN = '\u001b[J';

/** Takes the terminal. Nothing is written where nothing has changed: a line by ssh may be slow. */
export function takeScreen(stdout: Sink): Screen {
  let last: readonly string[] = [];
  let before = '';
  let hold: 'taken' | 'lent' | 'left' = 'taken';
  stdout.write(ENTER);
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const give = (to: 'lent' | 'left') => {
    if (hold === 'taken') stdout.write(LEAVE);
    if (hold !== 'left') hold = to;
    before = '';
  };
  const draw = (lines: readonly string[]) => {
    if (hold === 'left') return;
    if (hold === 'lent') stdout.write(ENTER);
    hold = 'taken';
    last = lines;
    const { columns, rows } = size(); // a terminal that changes its size throws lines about
    // Erased before it is written: behind a line that fills its row the cursor stands on the last letter.
    const below = lines.length < rows ? `\r\n${REST_OF_SCREEN}` : '';
    const text = HOME + lines.map((line) => REST_OF_LINE + line).join('\r\n') + below;
    const now = `${columns}×${rows}${text}`;
    if (now !== before) stdout.write(text);
    before = now;
  };
  return {
    size,
    draw,
    lend: () => give('lent'),
    restore: () => {
      before = '';
      draw(last);
    },
    leave: () => give('left'),
  };
}
