import { describe, expect, test, vi } from 'vitest';
import { sharedByTurn, sharedFor, takeTurns } from '../../src/system/turns.ts';

/** Work that lasts until it is told to end, and notes when it began. */
function pieces(turns: ReturnType<typeof takeTurns>) {
  const begun: string[] = [];
  const begin = (name: string, rank?: number) => {
    let end = () => {};
    let fail = () => {};
    const lasting = new Promise<string>((resolve, reject) => {
      end = () => resolve(name);
      fail = () => reject(new Error(name));
    });
    const done = turns(() => {
      begun.push(name);
      return lasting;
    }, rank);
    return { done, end, fail };
  };
  return { begun, begin };
}

describe('work that takes turns', () => {
  test('begins at once while there is room, and in its order afterwards', async () => {
    const turns = takeTurns(2);
    const { begun, begin } = pieces(turns);
    const [a, b, c, d] = [begin('a'), begin('b'), begin('c'), begin('d')];
    expect({ begun, waiting: turns.waiting() }).toEqual({ begun: ['a', 'b'], waiting: 2 });
    b.end();
    expect(await b.done).toBe('b');
    expect({ begun, waiting: turns.waiting() }).toEqual({ begun: ['a', 'b', 'c'], waiting: 1 });
    for (const each of [a, c, d]) each.end();
    expect(await Promise.all([a.done, c.done, d.done])).toEqual(['a', 'c', 'd']);
  });

  test('of those that wait the lowest rank begins first, and of one rank the first that came', async () => {
    const { begun, begin } = pieces(takeTurns(1));
    const first = begin('at work');
    const rest = [begin('later', 9), begin('older', 3), begin('oldest', 1), begin('as old', 3)];
    for (const each of [first, ...rest]) each.end();
    await Promise.all(rest.map(({ done }) => done));
    expect(begun).toEqual(['at work', 'oldest', 'older', 'as old', 'later']);
  });

  test('gives its place on when it fails', async () => {
    const { begun, begin } = pieces(takeTurns(1));
    const a = begin('a');
    const b = begin('b');
    a.fail();
    await expect(a.done).rejects.toThrow('a');
    b.end();
    expect(await b.done).toBe('b');
    expect(begun).toEqual(['a', 'b']);
  });

  test.each([0, 1, 2, 3, 4, 5, 6])('lets nobody slip in between, %i microtasks after an end', async (later) => {
    const { begun, begin } = pieces(takeTurns(1));
    const a = begin('a');
    begin('b');
    a.end();
    for (let n = 0; n < later; n++) await Promise.resolve();
    begin('c');
    await a.done;
    for (let n = 0; n < 20; n++) await Promise.resolve();
    expect(begun).toEqual(['a', 'b']);
  });

  test('is not begun once it is forgotten', async () => {
    const turns = takeTurns(1);
    const { begun, begin } = pieces(turns);
    const a = begin('a');
    begin('b');
    turns.forget();
    a.end();
    await a.done;
    expect({ begun, waiting: turns.waiting() }).toEqual({ begun: ['a'], waiting: 0 });
  });
});

test('what was found serves everybody who asks soon, and nobody who asks later', () => {
  let now = 0;
  let looks = 0;
  const look = sharedFor(
    1000,
    () => ++looks,
    () => now,
  );
  const asked = [0, 999, 1000, 1999, 2000].map((at) => {
    now = at;
    return look();
  });
  expect(asked).toEqual([1, 1, 2, 2, 3]);
});

describe('what is shared by those who ask in one turn', () => {
  test('is begun once, after the last of them has asked', async () => {
    let asked = 0;
    const look = sharedByTurn(async () => asked);
    const ask = (): Promise<number> => {
      asked++;
      return look();
    };
    const later = (async () => {
      for (let microtasks = 0; microtasks < 20; microtasks++) await undefined;
      return await ask();
    })();
    expect(await Promise.all([ask(), ask(), later])).toEqual([3, 3, 3]);
  });

  test('is nothing that was begun before the question: who asks meanwhile is shown the next, and only one is made at a time', async () => {
    const ends: (() => void)[] = [];
    const look = sharedByTurn(async () => {
      const number = ends.length;
      await new Promise<void>((end) => ends.push(end));
      return number;
    });
    const first = look();
    await vi.waitFor(() => expect(ends).toHaveLength(1));
    const meanwhile = [look(), look()];
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await vi.waitFor(() => expect(ends).toHaveLength(2));
    ends[1]?.();
    expect(await Promise.all([first, ...meanwhile])).toEqual([0, 1, 1]);
  });

  test('is an error for them alone', async () => {
    let looks = 0;
    const look = sharedByTurn(async () => {
      if (++looks === 1) throw new Error('too many files are open');
      return looks;
    });
    const asked = [look(), look()];
    for (const each of asked) await expect(each).rejects.toThrow('too many files');
    expect(await look()).toBe(2);
  });
});
