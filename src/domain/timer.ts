/** The longest that a timer of Node can wait: 24.8 days. It fires at once where it is told to wait longer, or for no number. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Cuts a wait, ms, to what a timer can be told. Who wants to wait longer looks at the clock when it fires, and waits again. */
export const timerMs = (ms: number): number =>
  Number.isNaN(ms) ? LONGEST_TIMER_MS : Math.min(Math.max(ms, 0), LONGEST_TIMER_MS);
