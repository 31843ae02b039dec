import { describe, expect, test } from 'vitest';
import { foldKey } from '../../src/domain/fold.ts';
import type { Happening } from '../../src/domain/happening.ts';
import { parseTaskName, type TaskId } from '../../src/domain/ids.ts';
import { step } from '../../src/domain/machine.ts';
import { noticeOf } from '../../src/domain/notice.ts';
import { spanText } from '../../src/domain/span.ts';
import { isFinal, type Phase, type Spec, STATES, type Task } from '../../src/domain/task.ts';
import { counters, happenings, MINUTE, NOW, phases, policy, sparedOnce, stopping, taskIn } from './samples.ts';

const spec: Spec = {
  schema: 1,
  id: 'fix-AAAAAA' as TaskId, // as mkdtemp makes them
  name: parseTaskName('fix'),
  agent: 'codex',
  session: 'codex-fix',
  cwd: '/work',
  createdAt: NOW,
  labels: ['a'],
  permissions: 'workspace',
  chosenId: '00000000-0000-4000-8000-000000000000',
  prompt: { bytes: 1, sha256: '' },
  policy,
};

/** What is told of what the machine makes of it. */
function told(before: Task, happening: Happening) {
  const now = 'attempt' in happening ? { ...happening, attempt: before.attempt } : happening;
  const [after] = step(before, now, NOW, policy);
  return noticeOf({ spec, before, after, happening: now, at: NOW });
}

const running = { state: 'running' } as const;
const begun = (kind: 'fresh' | 'resume') => ({ launched: { attempt: 2, kind, why: 'no conversation' } });
const asked = (auto: boolean): Phase => ({
  state: 'waiting-input',
  question: 'q',
  choices: [],
  ...(auto ? { auto: { text: 'no', by: 'deny *' } } : {}),
});
const claim = { state: 'resuming', claimBy: NOW + MINUTE } as const;
const lost = (cause: 'daemon' | 'tmux-server' | 'session') => ({ state: 'lost', cause, why: cause }) as const;
const exit = (status: number) =>
  ({
    type: 'exited',
    attempt: 2,
    status,
    livedMs: 5 * MINUTE,
    turn: status === 0 ? 'ended' : 'open',
    denied: 0,
  }) as const;
const claimed = { type: 'claimed', attempt: 2, bornAt: NOW } as const;
const found = { type: 'foundAlive', attempt: 2, bornAt: NOW } as const;
const dead = { type: 'provedDead', attempt: 2, rebooted: false, livedMs: MINUTE } as const;
const limit = { kind: 'usage-limit', message: 'limit', resetAt: NOW + 60 * MINUTE } as const;

describe('what is told when', () => {
  test.each<[string, Phase, Partial<Task>, Happening, string, string]>([
    ['the first attempt is seen', claim, { attempt: 1, tries: 1 }, claimed, 'started', 'has started'],
    ['a later attempt is seen', claim, {}, claimed, 'resumed', 'attempt 2 of 12'],
    [
      'a later attempt had to begin anew',
      claim,
      begun('fresh'),
      claimed,
      'resumed',
      'begins afresh (attempt 2 of 12): no c',
    ],
    ['a later attempt goes on', claim, begun('resume'), claimed, 'resumed', 'goes on (attempt 2 of 12)'],
    [
      'a retry had to begin anew',
      claim,
      { ...begun('fresh'), tries: 1 },
      claimed,
      'started',
      'afresh (codex in /work): no c',
    ],
    ['an attempt is found whose claim nobody saw', lost('daemon'), {}, found, 'resumed', 'goes on'],
    [
      'the agent reports',
      running,
      {},
      { type: 'reported', attempt: 2, text: 'half\nof it' },
      'progress',
      ': half of it',
    ],
    [
      'it asks',
      running,
      {},
      { type: 'asked', attempt: 2, question: 'Allow it?', choices: [] },
      'waiting-input',
      'asks: Allow it?',
    ],
    [
      'the rules answer it',
      asked(true),
      {},
      { type: 'answered', attempt: 2, text: 'no', by: 'deny *' },
      'answered',
      'q → no (deny *)',
    ],
    [
      'their answer does not arrive',
      asked(true),
      {},
      { type: 'unanswered', attempt: 2, why: 'no pane' },
      'waiting-input',
      'q',
    ],
    ['it falls silent', running, {}, { type: 'fellSilent', attempt: 2 }, 'stalled', 'silent'],
    [
      'it falls silent, since when is known',
      running,
      {},
      { type: 'fellSilent', attempt: 2, silentMs: 12 * MINUTE },
      'stalled',
      'has fallen silent: nothing for 12m, and no tool is at work',
    ],
    [
      'a later attempt goes on after a death',
      claim,
      { ...begun('resume'), lastDeath: 'exit 7' },
      claimed,
      'resumed',
      'goes on (attempt 2 of 12) after: exit 7',
    ],
    [
      'a later attempt had to begin anew after a death',
      claim,
      { ...begun('fresh'), lastDeath: 'exit 7' },
      claimed,
      'resumed',
      'begins afresh (attempt 2 of 12): no conversation; before it: exit 7',
    ],
    ['it dies', running, {}, exit(7), 'crashed', 'exit 7; it is resumed at once'],
    ['it dies again', running, { fails: 2 }, exit(7), 'crashed', 'resumed in '],
    ['it is proved dead', lost('tmux-server'), {}, dead, 'crashed', 'tmux-server'],
    ['a quota is used up', running, {}, { ...exit(1), failure: limit }, 'rate-limited', 'UTC: limit'],
    ['it succeeds', running, {}, exit(0), 'finished', 'is done (codex, 2 attempts, 30m)'],
    ['it cannot succeed', running, {}, exit(127), 'failed', 'exit 127'],
    ['it was tried too often', running, { tries: 12 }, exit(7), 'gave-up', '12 attempts'],
    ['it dies after its time', running, { spentMs: policy.budgetMs }, exit(7), 'timeout', 'the budget is spent'],
    [
      'its time is up and it works on',
      running,
      { spentMs: policy.budgetMs },
      { type: 'ticked' },
      'timeout',
      'left at work',
    ],
    [
      'it dies after that was told',
      running,
      { spentMs: policy.budgetMs, detached: true },
      exit(7),
      'gave-up',
      'given up',
    ],
    ['an operator ended it', stopping(NOW, 'cancelled'), {}, dead, 'cancelled', 'was cancelled'],
    ['it strayed and was ended', stopping(NOW, 'failed'), {}, dead, 'failed', 'failed: w'],
  ])('%s', (_, phase, more, happening, kind, sentence) => {
    expect(told(taskIn(phase, more), happening)).toMatchObject({
      id: 'fix-AAAAAA/6',
      kind,
      sentence: expect.stringContaining(sentence),
    });
  });

  test.each<[string, Phase, Partial<Task>, Happening]>([
    ['a stop is asked for', running, {}, { type: 'stopRequested', by: 'an operator', graceMs: 0 }],
    ['an agent that was lost from sight is found', lost('session'), { bornAt: NOW - MINUTE }, found],
    ['nobody knows yet what became of it', running, {}, { type: 'vanished', attempt: 2, cause: 'session' }],
    [
      'it goes on after a question',
      { state: 'waiting-input', question: 'q', choices: [] },
      {},
      { type: 'stirred', attempt: 2 },
    ],
    ['the conversation gets its name', running, {}, { type: 'named', attempt: 2, conversation: 'c' }],
    ['time passes', running, {}, { type: 'ticked' }],
  ])('nothing, when %s', (_, phase, more, happening) => {
    expect(told(taskIn(phase, more), happening)).toBeUndefined();
  });
});

test('an attempt after one that cost none goes on for what ended that, and is told of with the others', () => {
  const notice = told(sparedOnce(), { ...claimed, attempt: 2 });
  expect(notice).toMatchObject({ kind: 'resumed', cause: 'the tmux server died' });
  expect(notice && foldKey(notice, 'fleet')).toBe('resumed/tmux-server');
});

describe('every change of every state', () => {
  const cases = STATES.flatMap((state) =>
    phases[state].flatMap((phase) => counters.map((more) => taskIn(phase, more))),
  );
  const steps = cases.flatMap((before) =>
    Object.values(happenings).flatMap((each) => each.map((happening) => ({ before, happening }))),
  );

  test('that is the end is told once, and nothing is told twice of what did not change', () => {
    for (const { before, happening } of steps) {
      const [after] = step(before, happening, NOW, policy);
      const notice = noticeOf({ spec, before, after, happening, at: NOW });
      const ends = isFinal(after.phase) && !isFinal(before.phase);
      if (ends) expect(notice?.task).toMatchObject({ over: true, state: after.phase.state });
      if (after.seq === before.seq) expect(notice).toBeUndefined();
      if (notice) expect(notice.id).toBe(`${spec.id}/${after.seq}`);
    }
  });

  test('is told the same by a daemon that reads it from the journal', () => {
    for (const { before, happening } of steps) {
      const [after] = step(before, happening, NOW, policy);
      const now = { spec, before, after, happening, at: NOW };
      const later = JSON.parse(JSON.stringify(now)) as typeof now; // as the journal keeps it
      expect(noticeOf(later)).toEqual(noticeOf(now));
    }
  });
});

test('a cause in several lines, or with escape codes, becomes one plain line', () => {
  const happening = { type: 'reported', attempt: 2, text: '\u001b[31mred\u001b[0m\n\u202eeno' } as const;
  expect(told(taskIn(running), happening)?.cause).toBe('red eno');
});

test.each([
  [0, '0s'],
  [40_400, '40s'],
  [18 * MINUTE + 5_000, '18m'],
  [125 * MINUTE, '2h05m'],
  [25 * 60 * MINUTE, '1d01h'],
])('%i ms are %s', (ms, text) => expect(spanText(ms)).toBe(text));
