import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from '../../src/cli/args.ts';
import { blocksOf, callsIn, pages, textOf } from './blocks.ts';

describe('what the documentation calls, run by a test or not, is understood by the real command line', () => {
  const calls = pages.flatMap((page) =>
    blocksOf(page).flatMap(({ text }) => callsIn(text).map((words) => [page, words] as const)),
  );
  test('of which there is something', () => expect(calls.length).toBeGreaterThan(30));

  test.each(calls)('%s: %j', async (_, words) => {
    expect(await parse(words)).toBeDefined();
  });
});

describe('the words of a call are those that a shell would give', () => {
  test.each<[string, string[][]]>([
    ['holdfast list   # all', [['list']]],
    [
      'echo x | holdfast start pi y --prompt "a b" --label \'c d\'',
      [['start', 'pi', 'y', '--prompt', 'a b', '--label', 'c d']],
    ],
    [
      'holdfast wait a && holdfast show a > b',
      [
        ['wait', 'a'],
        ['show', 'a'],
      ],
    ],
    ['holdfast events --since "$(cat cursor)"', [['events', '--since', 'X']]],
    ['eval "$(holdfast completion bash)"', [['completion', 'bash']]],
    ["cat <<'END'\nholdfast nonsense\nEND\nholdfast list", [['list']]],
    ['holdfast start demo x --prompt "@say a\n@say b"', [['start', 'demo', 'x', '--prompt', '@say a @say b']]],
    ['npm i -g x', []],
    ['tmux -L holdfast kill-session', []],
  ])('%j', (block, words) => {
    expect(callsIn(block)).toEqual(words);
  });
});

describe('a link to another page or picture leads somewhere', () => {
  test.each(pages)('in %s', (page) => {
    const text = textOf(page).replaceAll(/```[\s\S]*?```/g, '');
    const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#([^)]+))?\)/g)].filter(([, path = '']) => !/^\w+:/.test(path));
    const here = new URL(`../../${page}`, import.meta.url);
    for (const [link, path = '', anchor] of targets) {
      const file = new URL(path, here);
      expect(existsSync(file), link).toBe(true);
      if (anchor !== undefined) expect(titles(path, page), link).toContain(anchor);
    }
  });
});

/** The anchors of a page, as they are made from its titles. */
function titles(path: string, from: string): readonly string[] {
  const page = new URL(path, new URL(from, 'file:///')).pathname.slice(1);
  return [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
