import { describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../src/domain/event.ts';
import { advance, noProgress } from '../../src/domain/progress.ts';
import { closing, header, isProven } from '../../src/runner/frame.ts';

const plain = { color: false };
const tool = { type: 'tool-started', call: '1', tool: 'bash', what: 'npm test' } as const;
const tokens = { type: 'usage', counts: 'total', input: 10_240, output: 1345 } as const;
const limit = { type: 'turn-failed', failure: { kind: 'usage-limit', message: 'Enough' } } as const;

describe('the frame around an attempt', () => {
  test.each([
    ['1', 'fresh', '── attempt 1 · claude ──'],
    ['2', 'fresh', '── attempt 2, begun afresh · claude ──'],
    ['2', 'resume', '── attempt 2, resumed · claude ──'],
    ['2', 'in-a-way-of-tomorrow', '── attempt 2 · claude ──'],
  ])('begins with the agent, the number and how it was begun: %s, %s', (attempt, launch, line) => {
    expect(header('claude', attempt, { ...plain, launch })).toBe(line);
  });

  test.each<[string, number, AgentEvent[], boolean, string]>([
    [
      'a proven success',
      0,
      [tool, tokens, { type: 'turn-ended' }],
      true,
      '── finished: exit 0, 1 tool, 10.2k in / 1.3k out ──',
    ],
    [
      'a success with a denial',
      0,
      [tool, { ...tool, call: '2' }, { type: 'tool-denied', tool: 'a', what: 'b' }, { type: 'turn-ended' }],
      true,
      '── finished: exit 0, 2 tools, 1 denied ──',
    ],
    [
      'exit 0 without the final event',
      0,
      [tool],
      false,
      '── left without a final event in bash npm test: exit 0, 1 tool ──',
    ],
    ['exit 0 without any event', 0, [], false, '── left before it began: exit 0 ──'],
    ['a death in a tool', 137, [tool], false, '── died in bash npm test: exit 137 (SIGKILL), 1 tool ──'],
    ['a death between tools', 143, [{ type: 'turn-started' }], false, '── died: exit 143 (SIGTERM) ──'],
    ['a failed turn', 1, [limit], false, '── failed, usage-limit: Enough: exit 1 ──'],
    ['a failed turn with exit 0', 0, [limit], false, '── failed, usage-limit: Enough: exit 0 ──'],
    ['a bad exit after a good turn', 1, [{ type: 'turn-ended' }], false, '── failed after its final event: exit 1 ──'],
  ])('ends with %s', (_, status, events, proven, line) => {
    const progress = events.reduce(advance, noProgress);
    expect(closing(status, progress, plain)).toBe(line);
    expect(isProven(status, progress)).toBe(proven);
  });

  test('lets no escape code of a tool through', () => {
    const progress = advance(noProgress, { ...tool, what: 'a\u001b[2Jb\nc' });
    expect(closing(1, progress, plain)).toBe('── died in bash ab c: exit 1, 1 tool ──');
  });
});
