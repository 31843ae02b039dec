import { amount } from '../domain/amount.ts';
import { plainLine } from '../domain/plain-text.ts';
import type { TaskRow } from '../protocol/methods.ts';
import { doing } from './activity-text.ts';
import type { Output } from './output.ts';
import { cut, table } from './table.ts';
import { markedState, nextText, since } from './task-text.ts';

/** Below so many columns, what can be missed best is left out. */
const WIDE = 100;
const LONGEST_NAME = 24;

/** Tasks, one in a line; as wide as it needs to be where nothing limits it. */
export function taskTable(tasks: readonly TaskRow[], now: number, columns: number | undefined, output: Output): string {
  const wide = columns === undefined || columns >= WIDE;
  const title = [
    'NAME',
    ...(wide ? ['AGENT'] : []),
    'STATE',
    'FOR',
    'TRY',
    'TOKENS',
    ...(wide ? ['NEXT'] : []),
    'SUMMARY',
  ];
  return table(
    [
      title.map((text) => ({ text, paint: (bold) => output.paint('bold', bold) })),
      ...tasks.map((task) => [
        columns === undefined ? task.name : cut(plainLine(task.name), wide ? LONGEST_NAME * 2 : LONGEST_NAME),
        ...(wide ? [task.agent] : []),
        markedState(task, output),
        since(task.since, now),
        `${task.attempt}/${task.maxAttempts}`,
        tokens(task),
        ...(wide ? [nextText(task, now), doing(task, now)] : [comesAndIs(task, now)]),
      ]),
    ],
    columns,
  );
}

/** Where there is no column for what comes next, it comes first: a task that waits does nothing. */
const comesAndIs = (task: TaskRow, now: number): string =>
  [nextText(task, now), doing(task, now)].filter((part) => part !== '').join(' · ');

const tokens = ({ tokens: { input, output } }: TaskRow): string => (input + output === 0 ? '' : amount(input + output));
