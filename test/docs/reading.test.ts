import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from '../../src/cli/args.ts';
import { verbs } from '../../src/cli/fast-path.ts';
import { topicNames } from '../../src/cli/topics/index.ts';
import { blocksOf, callsIn, mentionsIn, pages, textOf } from './blocks.ts';

describe('what the documentation calls, run by a test or not, is understood by the real command line', () => {
  const calls = pages.flatMap((page) =>
    blocksOf(page).flatMap(({ text }) => callsIn(text).map((words) => [page, words] as const)),
  );
  test('of which there is something', () => expect(calls.length).toBeGreaterThan(30));

  test.each(calls)('%s: %j', async (_, words) => {
    expect(await parse(words)).toBeDefined();
  });
});

/** What the command line makes of a call in a sentence, which may leave out what does not matter there. */
async function understood(words: readonly string[]): Promise<boolean> {
  const [verb = '', ...rest] = words;
  if (verb === 'help') return rest.every((word) => [...topicNames, ...Object.keys(verbs)].includes(word));
  if (verb === '--help') return true;
  if (!Object.hasOwn(verbs, verb)) return false;
  const wholes = [0, 1, 2, 3].map((left) => [verb, ...Array.from({ length: left }, () => 'x'), ...rest]);
  const tried = await Promise.allSettled(wholes.map((line) => parse(line)));
  return tried.some((each) => each.status === 'fulfilled' && each.value !== undefined);
}

describe('what a sentence of the documentation calls is understood too', () => {
  const mentions = pages.flatMap((page) => mentionsIn(page).map((words) => [page, words] as const));
  test('of which there is something', () => expect(mentions.length).toBeGreaterThan(40));

  test.each(mentions)('%s: %j', async (_, words) => {
    expect(await understood(words)).toBe(true);
  });

  test.each([['strat'], ['help', 'nothing'], ['start', '--promt', 'x'], ['list', '--json', 'x', 'y']])(
    'but not %s %s %s',
    async (...words) => {
      expect(await understood(words)).toBe(false);
    },
  );
});

describe('a block that no test runs says why, and where its commands are run instead', () => {
  const reasons = pages.flatMap((page) => blocksOf(page).flatMap(({ notRun }) => (notRun ? [[page, notRun]] : [])));
  const scripts = Object.keys(JSON.parse(textOf('package.json')).scripts);

  test.each(reasons)('%s: %s', (_, reason = '') => {
    const files = [...reason.matchAll(/(?:test\/[\w\-./]+\w|\.ci\/run)/g)].map(([file]) => file);
    const named = [...reason.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script);
    for (const file of files) expect(existsSync(new URL(`../../${file}`, import.meta.url)), file).toBe(true);
    expect(scripts).toEqual(expect.arrayContaining(named));
    expect(files.length + named.length, 'it names neither a test nor a script').toBeGreaterThan(0);
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
