import { expect, test } from 'vitest';
import { methods } from '../../src/protocol/methods.ts';
import { holdfast } from './rig.ts';
import { until } from './until.ts';

test('explain counts the processes of an agent and its tools, and says what it waits for', async () => {
  const hf = holdfast();
  await hf.start('works', ['@run touch begun; exec sleep 60']);
  await hf.sees('begun');
  const found = await until(async () => {
    const { looked } = methods.explain.result.parse(await hf.json('explain', 'works'));
    const told = Object.fromEntries(looked.map(({ what, found }) => [what, found]));
    return told['waits for']?.startsWith('a tool') && told;
  });
  expect(found).toMatchObject({
    processes: '2, of which 1 is a tool in a session of its own',
    'processor time': expect.stringMatching(/^\d+\.\ds, idle since: unknown/),
    'waits for': 'a tool, by its own word: command: touch begun; exec sleep 60',
    'open tool calls': expect.stringMatching(/, since \d{4}-/),
  });
});
