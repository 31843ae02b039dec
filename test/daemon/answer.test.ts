import { expect, test } from 'vitest';
import type { Context } from '../../src/daemon/context.ts';
import { answer } from '../../src/daemon/handlers/answer.ts';
import { send } from '../../src/daemon/handlers/send.ts';
import type { Driver } from '../../src/domain/driver.ts';
import { EXIT } from '../../src/protocol/exit-codes.ts';
import { supervised } from './supervised.ts';

const asks = (nth: number) => ({ state: 'waiting-input', question: `May I, ${nth}?`, choices: [], nth }) as const;

/** A task that asks, and what is typed into it: a paste takes its time. */
function asking() {
  const said: unknown[] = [];
  let typing = false;
  const driver: Pick<Driver, 'say'> = {
    say: async (_, words) => {
      if (typing) throw new Error('two texts have become one');
      typing = true;
      said.push(words);
      await new Promise(setImmediate);
      typing = false;
      return 'typed';
    },
  };
  const { supervisor, add } = supervised(driver);
  const held = add('asks', { phase: asks(1) });
  const context = { supervisor, driver } as unknown as Context; // all that an answer to a living agent uses of it
  return { supervisor, held, said, context, give: (text: string) => answer(context, { task: 'asks', text }) };
}

const refusal = (message: RegExp) =>
  expect.objectContaining({ exitCode: EXIT.wrongState, message: expect.stringMatching(message) });

test('of two answers at once one is typed, and the other is told so', async () => {
  const { give, said } = asking();
  const [first, second] = await Promise.allSettled([give('1'), give('2')]);
  expect(said).toEqual([{ text: '1' }]);
  expect(first).toMatchObject({ status: 'fulfilled', value: { sent: 'typed' } });
  expect(second).toMatchObject({
    reason: refusal(/^another hand was faster: .*; nothing was typed, see holdfast show asks$/),
  });
});

test('one that comes while another is being typed is not: what it is meant for may just be answered', async () => {
  const { give, said } = asking();
  const first = give('1');
  while (said.length === 0) await Promise.resolve();
  await expect(give('2')).rejects.toEqual(refusal(/^another hand was faster: /));
  await first;
  expect(said).toEqual([{ text: '1' }]);
});

test('words for one attempt are not typed into the next', async () => {
  const { context, supervisor, held, said } = asking();
  const change = supervisor.turn(held, async () => {
    held.task = { ...held.task, attempt: held.task.attempt + 1 };
  });
  const sending = send(context, { task: 'asks', text: 'yes', force: false });
  await expect(sending).rejects.toEqual(refusal(/asks nothing: what is typed now may be read by nobody/));
  await change;
  expect(said).toEqual([]);
});

test('one that comes after the other has been typed is typed, too: the first may not have been read', async () => {
  const { give, said } = asking();
  await give('1');
  await give('2');
  expect(said).toEqual([{ text: '1' }, { text: '2' }]);
});

test.each([
  ['asks something else', asks(2), /^asks asks something else now: May I, 2\?; nothing was typed/],
  ['goes on', { state: 'running' }, /^asks is running and does not ask that any more; nothing was typed/],
] as const)('an answer to a task that %s by the time of its turn is not typed', async (_, phase, why) => {
  const { supervisor, held, give, said } = asking();
  const change = supervisor.turn(held, async () => {
    held.task = { ...held.task, phase };
  });
  const [, given] = await Promise.allSettled([change, give('1')]);
  expect(given).toMatchObject({ reason: refusal(why) });
  expect(said).toEqual([]);
});

test('what is sent goes after what is being typed, not into it', async () => {
  const { context, give, said } = asking();
  await Promise.all([give('1'), send(context, { task: 'asks', keys: ['Enter'], force: false })]);
  expect(said).toEqual([{ text: '1' }, { keys: ['Enter'] }]);
});
