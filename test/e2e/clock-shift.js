// Loaded before a daemon: its clock is ahead of the machine's by as many milliseconds as the file $HOLDFAST_TEST_CLOCK says.
// Timers and performance.now() go on as they do when a clock is set.
import { readFileSync } from 'node:fs';

const { HOLDFAST_TEST_CLOCK: file = '' } = process.env;
const Real = Date;
const now = () => Real.now() + Number(readFileSync(file, 'utf8'));

globalThis.Date = class extends Real {
  constructor(...words) {
    super(...(words.length === 0 ? [now()] : words));
  }

  static now = now;
};
