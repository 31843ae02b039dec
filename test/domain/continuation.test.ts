import { expect, test } from 'vitest';
import { CONTINUE, continuation, type Interruption } from '../../src/domain/continuation.ts';

const why = 'killed by signal 9';
const files = (count: number) => Array.from({ length: count }, (_, index) => ` f${index} | 1 +`).join('\n');

test.each<[string, Interruption, string]>([
  ['why it was interrupted', { why: 'It hung.  ' }, 'before you had finished: It hung. Continue the task'],
  [
    'what was under way',
    { why, tool: { text: 'command: make', open: true } },
    'killed by signal 9. This was under way: command: make. Continue',
  ],
  ['what was done last', { why, tool: { text: 'edit: a.ts', open: false } }, 'Your last tool call was: edit: a.ts.'],
  ['what was changed', { why, changed: ' a.ts | 2 +-\n' }, 'as git has it:\n a.ts | 2 +-\n'],
  ['what was changed, but not all of very much', { why, changed: files(200) }, ' f29 | 1 +\n …\n'],
  [
    'words with braces, as they are',
    { why: 'no {tool}', tool: { text: '{changed} $& $1', open: true } },
    'no {tool}. This was under way: {changed} $& $1.',
  ],
])('a resumed agent is told %s', (_, known, says) => {
  expect(continuation(CONTINUE, known)).toContain(says);
});

test('a resumed agent is told nothing that is not known', () => {
  expect(continuation(CONTINUE, { why })).not.toMatch(/[{}]|under way|last tool|git/);
});

test('a task with words of its own for a resume gets those', () => {
  expect(continuation('Go on ({why}).', { why })).toBe('Go on (killed by signal 9).');
});
