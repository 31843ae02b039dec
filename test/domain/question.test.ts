import { describe, expect, test } from 'vitest';
import { step } from '../../src/domain/machine.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { MINUTE, NOW, policy, type StepRow, taskIn } from './samples.ts';

const running = taskIn({ state: 'running' }, { bornAt: NOW - 5 * MINUTE });
const approval = { tool: 'Bash', what: 'pwd', grant: 'yes', refuse: 'no' };
const question = { question: 'Run pwd?', choices: ['yes', 'no'], approval };
const asks = { type: 'asked', attempt: 2, ...question } as const;
const auto = { text: 'yes', by: 'allow command(pwd)' };
const waits = { state: 'waiting-input', ...question } as const;
const safe: Policy = { ...policy, answers: { ...policy.answers, mode: 'accept-safe' } };

const stalled = taskIn({ state: 'stalled' });
const hangs = { type: 'hung', attempt: 2, proof: 'no CPU', takesLine: true } as const;
const poked = (minutes: number, attempt = 2) => ({ ...stalled, poked: { attempt, at: NOW - minutes * MINUTE } });

describe('a task', () => {
  test.each<StepRow>([
    [
      'whose agent asks for what is safe is answered, and waits until it stirs',
      running,
      asks,
      { phase: { ...waits, auto }, autoAnswered: { question: 'Run pwd?', times: 1 } },
      ['answer'],
    ],
    [
      'whose agent asks something else waits for a person',
      running,
      { ...asks, approval: { ...approval, what: 'rm x' } },
      { phase: { state: 'waiting-input' } },
      [],
    ],
    [
      'whose agent has asked the same five times in a row waits for a person',
      { ...running, autoAnswered: { question: 'Run pwd?', times: 5 } },
      asks,
      { phase: waits },
      [],
    ],
    [
      'whose agent asks another question than the last begins to count anew',
      { ...running, autoAnswered: { question: 'Run ls?', times: 5 } },
      asks,
      { phase: { ...waits, auto }, autoAnswered: { question: 'Run pwd?', times: 1 } },
      ['answer'],
    ],
    [
      'whose agent sits at its prompt says so: any text goes on',
      running,
      { type: 'asked', attempt: 2, question: 'What now?', choices: [], atPrompt: true },
      { phase: { state: 'waiting-input', question: 'What now?', choices: [], atPrompt: true } },
      [],
    ],
    [
      'that was answered writes that down',
      taskIn({ ...waits, auto }),
      { type: 'answered', attempt: 2, ...auto },
      { phase: { ...waits, auto }, seq: 6 },
      [],
    ],
    [
      'whose answer did not arrive waits for a person',
      taskIn({ ...waits, auto }),
      { type: 'unanswered', attempt: 2, why: 'no pane' },
      { phase: waits, seq: 6 },
      [],
    ],
    [
      'whose answer has stirred nobody for a minute waits for a person, and is not answered again',
      taskIn({ ...waits, auto }, { since: NOW - MINUTE }),
      { type: 'ticked' },
      { phase: waits, seq: 6 },
      [],
    ],
    [
      'whose answer has had less than that is left alone',
      taskIn({ ...waits, auto }, { since: NOW - MINUTE + 1 }),
      { type: 'ticked' },
      { phase: { ...waits, auto }, seq: 5 },
      [],
    ],
    [
      'that stirs has its question answered, also where no event will ever say so',
      taskIn({ ...waits, nth: 3 }),
      { type: 'stirred', attempt: 2 },
      { phase: { state: 'running' }, answeredUpTo: { attempt: 2, nth: 3 } },
      [],
    ],
    [
      'that waits for a person waits for ever',
      taskIn(waits, { since: NOW - 900 * MINUTE }),
      { type: 'ticked' },
      { phase: waits, seq: 5 },
      [],
    ],
    [
      'that hangs at a prompt is sent a line first',
      stalled,
      hangs,
      { phase: { state: 'stalled' }, poked: { attempt: 2, at: NOW }, seq: 6 },
      ['poke'],
    ],
    ['that was sent a line is given time to stir', poked(4), hangs, { phase: { state: 'stalled' }, seq: 5 }, []],
    [
      'that a line did not stir is lost, with the proof',
      poked(5),
      hangs,
      {
        phase: {
          state: 'lost',
          cause: 'hung',
          why: 'it hung: no CPU, and a line that was sent to it changed nothing',
        },
      },
      ['reconcile'],
    ],
    [
      'that cannot be sent a line is lost at once',
      stalled,
      { ...hangs, takesLine: false },
      { phase: { state: 'lost', cause: 'hung', why: 'it hung: no CPU' } },
      ['reconcile'],
    ],
    [
      'that left its prompt after the line is lost at once',
      poked(1),
      { ...hangs, takesLine: false },
      { phase: { state: 'lost', cause: 'hung' } },
      ['reconcile'],
    ],
    [
      'that was sent a line in its last life may be sent one again',
      poked(60, 1),
      hangs,
      { phase: { state: 'stalled' }, poked: { attempt: 2, at: NOW } },
      ['poke'],
    ],
  ])('%s', (_, task, happening, expected, orders) => {
    const [next, ...given] = step(task, happening, NOW, safe);
    expect(next).toMatchObject(expected);
    if (next.phase.state === 'waiting-input' && 'phase' in expected && !('auto' in expected.phase))
      expect(next.phase).not.toHaveProperty('auto');
    expect(given.map((order) => order.do)).toEqual(orders);
  });

  test('whose policy is to ask is never answered', () => {
    expect(step(running, asks, NOW, policy)[0].phase).toEqual(waits);
  });

  test('whose policy is not to poke is lost when it hangs', () => {
    expect(step(stalled, hangs, NOW, { ...policy, poke: false })[0].phase.state).toBe('lost');
  });
});
