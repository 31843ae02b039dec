import { plainLine } from '../domain/plain-text.ts';
import type { TaskRow } from '../protocol/methods.ts';
import { formatAge } from './duration.ts';
import type { Output, Style } from './output.ts';
import type { Cell } from './table.ts';

type State = TaskRow['state'];

/** Green works or has worked, yellow waits, red needs a person; what a person has ended is dim. */
const styles: Readonly<Record<State, Style>> = {
  pending: 'cyan',
  starting: 'cyan',
  running: 'green',
  'waiting-input': 'yellow',
  stalled: 'yellow',
  'rate-limited': 'yellow',
  'backing-off': 'yellow',
  resuming: 'cyan',
  stopping: 'dim',
  lost: 'magenta',
  succeeded: 'green',
  failed: 'red',
  'gave-up': 'red',
  cancelled: 'dim',
};

/** A state in its colour. */
export const stateCell = (state: State, { paint }: Output): Cell => ({
  text: state,
  paint: (text) => paint(styles[state], text),
});

/** The same, and marked where the agent has given no sign of life for long. */
export const markedState = ({ state, activity }: Pick<TaskRow, 'state' | 'activity'>, output: Output): Cell =>
  activity?.suspicious
    ? { text: `${state} ⚠`, paint: (text) => output.paint('yellow', text) }
    : stateCell(state, output);

/** How long ago an ISO time was. */
export const since = (time: string, now: number): string => formatAge(Date.parse(time), now);

/** What happens next by itself: `resume in 2m`. */
export function nextText({ next }: Pick<TaskRow, 'next'>, now: number): string {
  if (next === undefined) return '';
  const at = Date.parse(next.at);
  return at <= now ? `${next.what} now` : `${next.what} in ${formatAge(now, at)}`;
}

/** A task in one line, as the verbs that change something answer. */
export const taskLine = ({ name, state, summary }: TaskRow, { paint }: Output): string =>
  `${plainLine(name)} ${paint(styles[state], state)}  ${plainLine(summary)}`.trimEnd();
