import type { TaskRow } from '../protocol/methods.ts';
import { since } from './task-text.ts';

type Told = Pick<TaskRow, 'activity' | 'state' | 'summary'>;
type Activity = NonNullable<TaskRow['activity']>;

/** What an agent does, and for how long it has: `3m · command: npm test`, `thinks 40s · I look around.` */
export function doing({ activity, state, summary }: Told, now: number): string {
  if (!activity || (state !== 'running' && state !== 'stalled')) return summary;
  return [whatOf(activity, now), summary].filter((part) => part !== '').join(' · ');
}

/** All of it: what it does, the state of its turn, its last sign of life. */
export function activityLine({ activity }: Told, now: number): string | undefined {
  if (!activity) return undefined;
  const { tool, turn, lastSignAt } = activity;
  return [
    ...(tool === undefined ? [] : [tool]),
    whatOf(activity, now),
    `turn ${turn}`,
    `last sign of life ${lastSignAt === undefined ? 'none' : `${since(lastSignAt, now)} ago`}`,
  ].join(' · ');
}

function whatOf({ tool, doing, turn, since: begun, lastSignAt, suspicious }: Activity, now: number): string {
  const age = begun === undefined ? '' : since(begun, now);
  if (suspicious) return `silent for ${lastSignAt === undefined ? age : since(lastSignAt, now)}`;
  if (tool !== undefined) return age;
  if (doing === 'tool') return `in a tool, ${age}`;
  if (turn === 'none') return `no word for ${age}`;
  return turn === 'open' ? `thinks ${age}` : `turn ${turn}, ${age}`;
}
