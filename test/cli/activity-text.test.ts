import { describe, expect, test } from 'vitest';
import { activityLine, doing } from '../../src/cli/activity-text.ts';
import { makeOutput } from '../../src/cli/output.ts';
import { textWidth } from '../../src/cli/table.ts';
import { taskTable } from '../../src/cli/task-table.ts';
import type { TaskRow } from '../../src/protocol/methods.ts';
import { row } from '../protocol/fake-daemon.ts';

const now = Date.parse('2026-11-20T12:05:00Z');
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
const stream = { write: () => undefined, isTTY: true };
const output = makeOutput({ stdout: stream, stderr: stream, env: {}, json: false, color: 'never' });

type Activity = NonNullable<TaskRow['activity']>;
const task = (activity: Partial<Activity> | undefined, more: Partial<TaskRow> = {}): TaskRow =>
  row({
    name: 'fix-login',
    ...(activity ? { activity: { turn: 'open', suspicious: false, ...activity } } : {}),
    ...more,
  });
const testing = { tool: 'command: npm test', since: ago(180), lastSignAt: ago(180) };

describe('what an agent does, and since when', () => {
  test.each<[string, TaskRow, string]>([
    ['a tool call', task(testing, { summary: 'command: npm test' }), '3m · command: npm test'],
    ['a thought after its last words', task({ since: ago(40) }, { summary: 'I look.' }), 'thinks 40s · I look.'],
    ['a thought before any word', task({ since: ago(40) }, { summary: '' }), 'thinks 40s'],
    [
      'a tool that it has not told of',
      task({ doing: 'tool', since: ago(720) }, { summary: 'I build.' }),
      'in a tool, 12m · I build.',
    ],
    ['nothing yet', task({ turn: 'none', since: ago(90) }, { summary: '' }), 'no word for 1m30s'],
    [
      'nothing for long',
      task({ since: ago(420), lastSignAt: ago(420), suspicious: true }, { summary: 'I look.' }),
      'silent for 7m · I look.',
    ],
    ['what holds it up, where it waits', task(testing, { state: 'waiting-input', summary: 'May I?' }), 'May I?'],
    ['how it ended', task(undefined, { state: 'failed', summary: 'exit 7' }), 'exit 7'],
  ])('%s', (_, told, text) => {
    expect(doing(told, now)).toBe(text);
  });

  test('is told by show with the state of its turn and its last sign of life', () => {
    const { lastSignAt: _, ...silent } = { ...testing, turn: 'none' as const };
    expect(activityLine(task({ ...testing, lastSignAt: ago(10) }), now)).toBe(
      'command: npm test · 3m · turn open · last sign of life 10s ago',
    );
    expect(activityLine(task(silent), now)).toMatch(/ · turn none · last sign of life none$/);
    expect(activityLine(task(undefined), now)).toBeUndefined();
  });
});

describe('the list', () => {
  const used = { tokens: { input: 12_000, output: 345 } };

  test('marks a task whose agent gives no sign of life', () => {
    const lines = taskTable([task({ suspicious: true, since: ago(420) }), task({ since: ago(4) })], now, 120, output);
    expect(lines.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(/ running ⚠ .* silent for 7m/),
      expect.stringMatching(/ running {3,}\S.* thinks 4s/),
    ]);
  });

  test('fits 80 columns with what it does, since when, and for how many tokens', () => {
    const table = taskTable([task(testing, { ...used, summary: testing.tool })], now, 80, output);
    expect(table).toMatch(/fix-login +running +\S+ +1\/12 +12\.3k +3m · command: npm test\n/);
    for (const line of table.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(80);
  });

  test('says there what comes next before anything else', () => {
    const waits = task(undefined, { state: 'backing-off', summary: 'exit 7', next: { what: 'resume', at: ago(-60) } });
    expect(taskTable([waits], now, 80, output)).toMatch(/ resume in 1m · exit 7\n/);
  });
});
