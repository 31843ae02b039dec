import { describe, expect, test } from 'vitest';
import { demo } from '../../src/agents/demo.ts';
import { storyOf } from '../../src/runner/story.ts';

describe('the story of an attempt', () => {
  test('tells each line and adds it up', () => {
    const story = storyOf(demo.print, { color: false });
    const lines = [
      { type: 'init', conversation: 'c-1' },
      { type: 'command-started', id: '1', command: 'ls' },
      { type: 'command-ended', id: '1', command: 'ls', exitCode: 0, output: 'a.txt\n' },
      { type: 'usage', input: 5, output: 6 },
      { type: 'result', ok: true, summary: 'Done.' },
    ];
    expect(lines.flatMap((line) => story.tell(JSON.stringify(line)))).toEqual([
      ...['conversation c-1', '$ ls', '✓ exit 0', '  a.txt', '● turn ended'],
    ]);
    expect(story.progress()).toMatchObject({
      turn: 'ended',
      tools: 1,
      tokens: { input: 5, output: 6 },
      conversation: 'c-1',
    });
  });

  test.each([
    ['what is not JSON as it is', 'npm \u001b[33mWARN\u001b[0m old', ['npm WARN old']],
    ['a torn line as it is', '{"type":"mess', ['{"type":"mess']],
    ['nothing of an empty line', '  ', []],
    ['nothing of what does not concern us', '{"type":"heartbeat"}', []],
  ])('tells %s', (_, line, told) => {
    expect(storyOf(demo.print, { color: false }).tell(line)).toEqual(told);
  });
});
