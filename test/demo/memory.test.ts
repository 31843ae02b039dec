import { describe, expect, test } from 'vitest';
import { recall } from '../../src/demo/memory.ts';

const at = '2026-11-21T00:00:00Z';
const lines = (...entries: readonly object[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
const prompt = (text: string) => ({ type: 'prompt', sha256: `sha of ${text}`, bytes: 1, text, at });
const begun = lines({ type: 'conversation', id: 'c', cwd: '/', at }, prompt('@say hi'));

describe('a transcript', () => {
  test('without a prompt is no conversation', () => {
    expect(recall('')).toBeUndefined();
    expect(recall(lines({ type: 'conversation', id: 'c', cwd: '/', at }))).toBeUndefined();
  });

  test('keeps the first prompt and counts them all', () => {
    expect(recall(begun + lines(prompt('go on'), prompt('go on')))).toEqual({
      prompt: { sha256: 'sha of @say hi', text: '@say hi' },
      turns: 3,
      done: new Set(),
    });
  });

  test.each([
    ['a step that was begun', [{ type: 'step-started', index: 0 }], { done: [], inFlight: 0 }],
    [
      'a step that was done',
      [
        { type: 'step-started', index: 0 },
        { type: 'step-done', index: 0 },
      ],
      { done: [0] },
    ],
    ['a step that was done before it was tried', [{ type: 'step-done', index: 0 }], { done: [0] }],
    [
      'a step that was begun again',
      [
        { type: 'step-started', index: 0 },
        { type: 'step-done', index: 0 },
        { type: 'step-started', index: 1 },
        { type: 'step-started', index: 1 },
      ],
      { done: [0], inFlight: 1 },
    ],
  ])('tells %s', (_, entries, { done, ...rest }) => {
    expect(recall(begun + lines(...entries))).toMatchObject({ done: new Set(done), ...rest });
  });

  test('with a last line that a death has torn is what it was before that line', () => {
    const whole = begun + lines({ type: 'step-started', index: 0 });
    const line = lines({ type: 'step-done', index: 0 });
    for (let length = 0; length < line.length; length += 1) {
      expect(recall(whole + line.slice(0, length))).toEqual(recall(whole));
    }
    expect(recall(whole + line)?.done).toEqual(new Set([0]));
  });
});
