import { expect, test } from 'vitest';
import { startTimeline } from '../../../src/cli/demo/timeline.ts';
import { makeOutput } from '../../../src/cli/output.ts';

function timelineAt(times: number[], how: { readonly json: boolean; readonly color?: 'always' }) {
  let text = '';
  const stdout = {
    write: (more: string) => {
      text += more;
    },
  };
  const output = makeOutput({ stdout, stderr: stdout, env: {}, color: how.color ?? 'auto', json: how.json });
  return { timeline: startTimeline(output, () => times.shift() ?? Number.NaN), text: () => text };
}

test('a line tells the seconds since the beginning, what it means, and the text', () => {
  const { timeline, text } = timelineAt([1_000, 4_340], { json: false });
  timeline.tell('death', 'kill -9 7');
  expect(text()).toBe('  3.34 s ✗ kill -9 7\n');
});

test("the agent's lines are set apart, and what is told in our own words is not told twice", () => {
  const { timeline, text } = timelineAt([0, 10, 20], { json: false });
  timeline.agent({ type: 'conversation', id: 'c' });
  timeline.agent({ type: 'message', text: 'I look.\nI see.' });
  timeline.agent({ type: 'turn-ended' });
  expect(text()).toBe('  0.01 s │ I look.\n  0.02 s │ I see.\n');
});

test('colour is only there where it is wanted', () => {
  const { timeline, text } = timelineAt([0, 0], { json: false, color: 'always' });
  timeline.tell('life', 'resumed');
  expect(text()).toContain('\u001b[32m↻ resumed\u001b[0m');
});

test('for programs a line is one JSON document', () => {
  const { timeline, text } = timelineAt([0, 12], { json: true });
  timeline.tell('end', 'succeeded');
  expect(JSON.parse(text())).toMatchObject({ elapsedMs: 12, what: 'end', text: 'succeeded' });
});
