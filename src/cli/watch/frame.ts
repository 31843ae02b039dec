import { plainLine } from '../../domain/plain-text.ts';
import { STATES } from '../../domain/task.ts';
import type { TaskRow } from '../../protocol/methods.ts';
import type { Output } from '../output.ts';
import { cut, textWidth } from '../table.ts';
import { taskTable } from '../task-table.ts';

/** What one look is drawn from. */
export interface Look {
  readonly tasks: readonly TaskRow[];
  readonly now: number;
  /** Why the tasks are those of an earlier look. */
  readonly away?: string | undefined;
}

/** How large the terminal is. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Whoever needs a person comes first, then whoever is at work, then what is over; the newest of each first. */
const URGENT: readonly TaskRow['state'][] = ['waiting-input', 'lost', 'stalled', 'rate-limited', 'backing-off'];
const OVER: readonly TaskRow['state'][] = ['succeeded', 'failed', 'gave-up', 'cancelled'];
const rank = (state: TaskRow['state']): number => (URGENT.includes(state) ? 0 : OVER.includes(state) ? 2 : 1);

/** The lines of one look: never more, and never wider, than the terminal is. */
export function frame({ tasks, now, away }: Look, { columns, rows }: Size, output: Output): readonly string[] {
  const sorted = [...tasks].sort((a, b) => rank(a.state) - rank(b.state) || b.createdAt.localeCompare(a.createdAt));
  const room = Math.max(1, rows - 3);
  const shown = sorted.slice(0, sorted.length > room ? room - 1 : room);
  const rest = sorted.length - shown.length;
  const head = summary(tasks, away, columns);
  const body = tasks.length === 0 ? ['no tasks yet'] : lines(shown, now, columns, output);
  return [head, '', ...body, ...(rest > 0 ? [cut(`… and ${rest} more`, columns)] : [])].slice(0, rows);
}

function summary(tasks: readonly TaskRow[], away: string | undefined, columns: number): string {
  const counts = STATES.flatMap((state) => {
    const count = tasks.filter((task) => task.state === state).length;
    return count > 0 ? [`${count} ${state}`] : [];
  });
  const left = ['holdfast', ...counts, ...(away === undefined ? [] : [plainLine(away)])].join(' · ');
  const right = '^C leaves';
  const gap = columns - textWidth(left) - textWidth(right);
  return gap >= 2 ? left + ' '.repeat(gap) + right : cut(left, columns);
}

const lines = (tasks: readonly TaskRow[], now: number, columns: number, output: Output): readonly string[] =>
  taskTable(tasks, now, columns, output)
    .trimEnd()
    .split('\n')
    .map((line) => clip(line, columns));

/** The last column is cut already; where even the others are too wide, colours are given up rather than the line broken. */
function clip(line: string, columns: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours that `paint` has put in
  const bare = line.replace(/\u001b\[\d*m/g, '');
  return textWidth(bare) <= columns ? line : cut(bare, columns);
}
