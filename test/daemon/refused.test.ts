import { describe, expect, test } from 'vitest';
import { refused } from '../../src/daemon/handlers/refused.ts';
import { methods } from '../../src/protocol/methods.ts';

describe('what a daemon without the lock refuses', () => {
  const why = new Error('nothing can be written');
  const refusals = refused(why);

  test.each(Object.entries(methods))('%s, if it changes something', async (name, { changes }) => {
    const handler = Object.entries(refusals).find(([refusal]) => refusal === name)?.[1];
    expect(handler !== undefined).toBe(changes);
    if (handler) await expect(handler({} as never, new AbortController().signal)).rejects.toBe(why);
  });
});
