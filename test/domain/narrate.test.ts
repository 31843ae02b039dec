import { describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../src/domain/event.ts';
import { narrate, narrateRaw } from '../../src/domain/narrate.ts';

const plain = { color: false };
const ended = { type: 'tool-ended', call: '1', tool: 'Bash', what: '', ok: true } as const;

describe('the story of an agent', () => {
  test.each<[string, AgentEvent, string[]]>([
    ['names the conversation', { type: 'conversation', id: '01a1' }, ['conversation 01a1']],
    ['does not tell the start of a turn', { type: 'turn-started' }, []],
    ['has messages as text', { type: 'message', text: 'One.\r\nTwo.\n' }, ['One.', 'Two.']],
    ['has nothing for an empty message', { type: 'message', text: '\n' }, []],
    [
      'has no end of a limit that is no time',
      { type: 'turn-failed', failure: { kind: 'usage-limit', message: 'Limit', resetAt: 1e20 } },
      ['✗ usage-limit: Limit'],
    ],
    ['has thoughts', { type: 'thought', text: 'Hm.\nSo.' }, ['Hm.', 'So.']],
    [
      'has commands as a shell shows them',
      { type: 'tool-started', call: '1', tool: 'command_execution', what: 'npm test' },
      ['$ npm test'],
    ],
    ['has edits', { type: 'tool-started', call: '1', tool: 'Edit', what: 'src/a.ts' }, ['✎ src/a.ts']],
    [
      'has other tools by name',
      { type: 'tool-started', call: '1', tool: 'WebSearch', what: 'kelp' },
      ['→ WebSearch kelp'],
    ],
    ['has the end of a command', { ...ended, exitCode: 0 }, ['✓ exit 0']],
    [
      'has the end of a command that failed',
      { ...ended, ok: false, exitCode: 1, output: '1 failing\n' },
      ['✗ exit 1', '  1 failing'],
    ],
    [
      'has only the last lines of an output',
      { ...ended, exitCode: 0, output: '1\n2\n3\n\n4\n5\n6\n7\n' },
      ['✓ exit 0', '  …', '  3', '  4', '  5', '  6', '  7'],
    ],
    ['has the end of a call without a status', ended, ['✓ done']],
    ['has the end of a call that failed without a status', { ...ended, ok: false }, ['✗ failed']],
    ['names the command where its end does', { ...ended, what: 'npm test', exitCode: 0 }, ['✓ exit 0 · npm test']],
    ['has the end of an edit', { ...ended, tool: 'write', what: 'a.txt' }, ['✓ done · write a.txt']],
    ['has a denial that does not say of what', { type: 'tool-denied', tool: 'Bash', what: '' }, ['⊘ denied: → Bash']],
    ['does not tell a limit before its failure', { type: 'limit', resetAt: 0 }, []],
    ['has what was denied', { type: 'tool-denied', tool: 'Bash', what: 'rm -rf /' }, ['⊘ denied: $ rm -rf /']],
    [
      'has tokens and cost at the end of a turn',
      { type: 'usage', counts: 'total', input: 10_240, output: 1345, costUsd: 0.1234 },
      ['10.2k in / 1.3k out, $0.12'],
    ],
    ['does not tell the tokens of each step', { type: 'usage', counts: 'step', input: 1, output: 1 }, []],
    ['does not tell that there were no tokens', { type: 'usage', counts: 'total', input: 0, output: 0 }, []],
    ['has retries', { type: 'retrying', message: 'Reconnecting... 1/5' }, ['↻ Reconnecting... 1/5']],
    ['has warnings', { type: 'warned', message: 'old\nversion' }, ['! old version']],
    ['has the end of a turn', { type: 'turn-ended', text: 'Done.' }, ['● turn ended']],
    ['has failures', { type: 'turn-failed', failure: { kind: 'auth', message: 'No key' } }, ['✗ auth: No key']],
    [
      'has the end of a limit',
      {
        type: 'turn-failed',
        failure: { kind: 'usage-limit', message: 'Limit', resetAt: Date.UTC(2026, 10, 21, 1, 18) },
      },
      ['✗ usage-limit: Limit (until 2026-11-21 01:18 UTC)'],
    ],
  ])('%s', (_, event, lines) => {
    expect(narrate(event, plain)).toEqual(lines);
  });

  test.each<[string, AgentEvent, string]>([
    ['thoughts dim', { type: 'thought', text: 'Hm.' }, '\u001b[2mHm.\u001b[0m'],
    ['retries yellow', { type: 'retrying', message: 'again' }, '\u001b[33m↻ again\u001b[0m'],
    [
      'failures red',
      { type: 'turn-failed', failure: { kind: 'unknown', message: 'x' } },
      '\u001b[31m✗ unknown: x\u001b[0m',
    ],
    ['a good end green', { ...ended, exitCode: 0 }, '\u001b[32m✓ exit 0\u001b[0m'],
    ['a bad end red', { ...ended, ok: false, exitCode: 2 }, '\u001b[31m✗ exit 2\u001b[0m'],
    ['messages as they are', { type: 'message', text: 'Hi' }, 'Hi'],
  ])('paints %s', (_, event, line) => {
    expect(narrate(event, { color: true })).toEqual([line]);
  });

  const injection = 'a\u001b]52;c;cm0=\u0007b\u001b[2Jc\u009b1md\u0007';
  test.each<[string, AgentEvent]>([
    ['a conversation', { type: 'conversation', id: injection }],
    ['a message', { type: 'message', text: injection }],
    ['a thought', { type: 'thought', text: injection }],
    ['a command', { type: 'tool-started', call: '1', tool: injection, what: injection }],
    ['an output', { ...ended, tool: injection, what: injection, output: injection }],
    ['a denial', { type: 'tool-denied', tool: injection, what: injection }],
    ['a retry', { type: 'retrying', message: injection }],
    ['a warning', { type: 'warned', message: injection }],
    ['a failure', { type: 'turn-failed', failure: { kind: 'unknown', message: injection } }],
  ])('lets no escape code of %s through', (_, event) => {
    const told = narrate(event, plain).join('\n');
    expect(told).toContain('abcd');
    expect(told.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('cuts commands and output to the width, messages never', () => {
    const style = { color: false, width: 10 };
    expect(narrate({ type: 'tool-started', call: '1', tool: 'bash', what: 'echo 🪢🪢🪢🪢🪢🪢' }, style)).toEqual([
      '$ echo 🪢🪢…',
    ]);
    expect(narrate({ ...ended, exitCode: 0, output: '0123456789' }, style)).toEqual(['✓ exit 0', '  0123456…']);
    expect(narrate({ type: 'message', text: '0123456789abc' }, style)).toEqual(['0123456789abc']);
  });
});

test('a line that nobody understood is shown as it is, in one short line', () => {
  expect(narrateRaw('npm WARN\u001b[31m old\r', plain)).toBe('npm WARN old');
  expect(narrateRaw('x'.repeat(1_000_000), plain)).toHaveLength(500);
  expect(narrateRaw('x', { color: true })).toBe('\u001b[2mx\u001b[0m');
});
