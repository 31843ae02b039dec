import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Happening } from '../../src/domain/happening.ts';
import { step } from '../../src/domain/machine.ts';
import { STATES, type Task } from '../../src/domain/task.ts';
import { drawnArrows } from './drawing.ts';
import { counters, happenings, NOW, phases, policy, taskIn } from './samples.ts';

const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');

/** Every change of state that the machine makes of the samples, as `from --> to: happening`. */
function takenArrows(): ReadonlySet<string> {
  const tasks = STATES.flatMap((state) =>
    phases[state].flatMap((phase) => counters.map((more) => taskIn(phase, more))),
  );
  const all = tasks.flatMap((task) => Object.values(happenings).flatMap((each) => each.map((one) => arrow(task, one))));
  return new Set(all.filter((each) => each !== undefined));
}

function arrow(task: Task, happening: Happening): string | undefined {
  const now = 'attempt' in happening ? { ...happening, attempt: task.attempt } : happening;
  const [{ phase }] = step(task, now, NOW, policy);
  return phase.state === task.phase.state ? undefined : `${task.phase.state} --> ${phase.state}: ${happening.type}`;
}

describe('the drawing of the machine', () => {
  const taken = takenArrows();

  test('has every arrow that the machine takes, and no other', () => {
    expect([...drawnArrows(page)].sort()).toEqual([...taken].sort());
  });

  test.each(page.split('\n').filter((line) => /^\s+\w+ --> \w+/.test(line)))(
    'says something false without the line %j',
    (line) => {
      const without = page
        .split('\n')
        .filter((other) => other !== line)
        .join('\n');
      expect([...drawnArrows(without)].sort()).not.toEqual([...taken].sort());
    },
  );

  test('says something false with an arrow more', () => {
    const more = page.replace('  judged --> failed\n', '  judged --> failed\n  succeeded --> running: stirred\n');
    expect([...drawnArrows(more)].filter((arrow) => !taken.has(arrow))).toEqual(['succeeded --> running: stirred']);
  });
});
