import { describe, expect, test } from 'vitest';
import { step } from '../../src/domain/machine.ts';
import { NOW, policy, taskIn } from './samples.ts';

describe('when an ended task is run again', () => {
  test('its words are those of this run, and of no later one', () => {
    const over = taskIn({ state: 'succeeded', why: '' });
    const [asked] = step(over, { type: 'retryRequested', by: 'me', words: 'w.md' }, NOW, policy);
    expect(asked).toMatchObject({ words: 'w.md', run: over.run + 1 });
    const [again] = step({ ...asked, phase: over.phase }, { type: 'retryRequested', by: 'me' }, NOW, policy);
    expect(again).not.toHaveProperty('words');
  });

  test.each([
    ['nothing', 'of one that has succeeded since', { state: 'succeeded', why: '' }],
    ['the last death', 'of one that came to nothing', { state: 'gave-up', why: '' }],
  ] as const)('an agent that is let go on is told %s of an earlier attempt %s', (_, __, phase) => {
    const over = taskIn(phase, { lastDeath: 'killed by signal 9', lastTool: 'Bash: npm test' });
    const [{ lastDeath, lastTool }] = step(over, { type: 'retryRequested', by: 'me' }, NOW, policy);
    const told = phase.state === 'gave-up' ? over : { lastDeath: undefined, lastTool: undefined };
    expect({ lastDeath, lastTool }).toEqual({ lastDeath: told.lastDeath, lastTool: told.lastTool });
  });
});
