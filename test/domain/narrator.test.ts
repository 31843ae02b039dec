import { expect, test } from 'vitest';
import type { AgentEvent } from '../../src/domain/event.ts';
import { narrator } from '../../src/domain/narrator.ts';

const started = { type: 'tool-started', call: '1', tool: 'command', what: 'npm test' } as const;
const ended = { type: 'tool-ended', call: '1', tool: 'command', what: 'npm test', ok: true, exitCode: 0 } as const;
const named = { type: 'conversation', id: 'c-1' } as const;

test.each<[string, AgentEvent[], string[]]>([
  ['does not repeat a command that was told', [started, ended], ['$ npm test', '✓ exit 0']],
  ['names a command whose beginning nobody reported', [ended], ['✓ exit 0 · npm test']],
  ['forgets a call that has ended', [started, ended, ended], ['$ npm test', '✓ exit 0', '✓ exit 0 · npm test']],
  [
    'keeps calls apart',
    [started, { ...ended, call: '2', what: 'ls' }, ended],
    ['$ npm test', '✓ exit 0 · ls', '✓ exit 0'],
  ],
  ['names a conversation once', [named, named, { ...named, id: 'c-2' }], ['conversation c-1', 'conversation c-2']],
])('a narrator %s', (_, events, lines) => {
  expect(events.flatMap(narrator({ color: false }))).toEqual(lines);
});
