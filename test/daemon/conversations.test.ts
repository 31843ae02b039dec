import { describe, expect, test } from 'vitest';
import { conversations } from '../../src/daemon/conversations.ts';
import type { Held } from '../../src/daemon/held.ts';

/** As much of a task as decides about ownership. */
const task = (name: string, conversation?: string, agent = 'codex'): Held =>
  ({
    spec: { id: `${name}-000000`, name, agent },
    task: conversation === undefined ? {} : { conversation },
  }) as unknown as Held;
const named = (conversation: string) => ({ type: 'named', attempt: 1, conversation }) as const;

describe('an agent that names', () => {
  test('a conversation of its own has it', () => {
    expect(conversations().checked(task('one'), named('c1'))).toEqual(named('c1'));
  });

  test('the conversation of another task has strayed, and the owner is said', () => {
    const all = conversations();
    all.note(task('one', 'c1'));
    expect(all.checked(task('two'), named('c1'))).toEqual({ type: 'strayed', attempt: 1, got: 'c1', owner: 'one' });
  });

  test('what another names in the same moment has strayed: the first has it', () => {
    const all = conversations();
    expect(all.checked(task('one'), named('c1'))).toEqual(named('c1'));
    expect(all.checked(task('two'), named('c1'))).toMatchObject({ type: 'strayed', owner: 'one' });
    expect(all.checked(task('one'), named('c1'))).toEqual(named('c1'));
  });

  test('the same as a task of another agent has its own: ids are of the agent that gives them', () => {
    const all = conversations();
    all.note(task('one', 'c1', 'claude'));
    expect(all.checked(task('two'), named('c1'))).toEqual(named('c1'));
  });

  test('what belonged to a task that was forgotten has it', () => {
    const all = conversations();
    const [one, two] = [task('one', 'c1'), task('two')];
    all.note(one);
    all.forget(one);
    expect(all.checked(two, named('c1'))).toEqual(named('c1'));
  });

  test('is left alone about everything else', () => {
    const all = conversations();
    all.note(task('one', 'c1'));
    expect(all.checked(task('two'), { type: 'fellSilent', attempt: 1 })).toEqual({ type: 'fellSilent', attempt: 1 });
  });
});
