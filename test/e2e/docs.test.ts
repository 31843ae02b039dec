import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Block, blocksOf, pages, textOf } from '../docs/blocks.ts';
import { isHere, shell, standIns } from '../docs/shell.ts';
import { type Holdfast, holdfast } from './rig.ts';

/** Ways to run a block that have a place in the story of its page; all others have a test of their own. */
const WAYS: Readonly<Record<string, { readonly here: () => boolean; readonly wrap: (text: string) => string }>> = {
  'where jq is': { here: () => isHere('jq'), wrap: (text) => text },
  'by somebody who says yes': {
    here: () => true,
    wrap: (text) => `export HOLDFAST_YES=1\n${text}\nunset HOLDFAST_YES`,
  },
};

const isRun = ({ notRun, how }: Block): boolean =>
  notRun === undefined && (how === undefined || (WAYS[how]?.here() ?? false));

const scriptOf = ({ text, how, after }: Block): string =>
  [after ?? '', how === undefined ? text : (WAYS[how]?.wrap(text) ?? '')].join('\n');

/** A page is a story: its blocks are run one after the other by one shell, in a home that has nothing but holdfast. */
const stories = pages
  .map((page) => [page, blocksOf(page).filter(isRun)] as const)
  .filter(([, blocks]) => blocks.length > 0);

/** What a page promises its reader beside commands that go well. */
const PROMISES: Readonly<Record<string, (hf: Holdfast) => Promise<void>>> = {
  'docs/tutorial.md': async (hf) => {
    const { attempts } = await hf.task('stubborn');
    expect(attempts.map(({ kind }) => kind)).toEqual(['fresh', 'resume']); // two attempts, one conversation
  },
};

/** The daemon that every reader has by then. */
const BEGIN = 'holdfast daemon start\nuntil [ -e ~/.local/state/holdfast/status.json ]; do sleep 0.05; done\n';

test('there are stories', () => expect(stories.length).toBeGreaterThan(6));

test('every way to run a block is one that some test knows', () => {
  const elsewhere = ['each by itself', 'beside systemd'];
  const ways = pages.flatMap((page) => blocksOf(page).flatMap(({ how }) => how ?? []));
  expect(ways.filter((how) => !elsewhere.includes(how) && !Object.hasOwn(WAYS, how))).toEqual([]);
});

describe('every command goes well', () => {
  test.each(stories)('of %s', async (page, blocks) => {
    const settings = { directories: { confirm: true }, ...settingsIn(page) };
    const hf = holdfast({ settings, env: { HOLDFAST_TMUX_SOCKET: 'holdfast' } }); // beside nobody's: TMUX_TMPDIR is its own
    const bin = join(hf.home, 'bin');
    standIns(bin);
    const env = { ...hf.env, PATH: `${bin}:${hf.env.PATH}` };
    const { code, said } = await shell(BEGIN + blocks.map(scriptOf).join('\n'), env, hf.work);
    expect(code, said).toBe(0);
    await PROMISES[page]?.(hf);
  });
});

/** The settings that a page tells its reader to write. */
function settingsIn(page: string): object {
  const [, text] =
    /^ *```json\n( *\{\n *"notify"[\s\S]*?)^ *```$/m.exec(page.startsWith('docs/how-to/') ? textOf(page) : '') ?? [];
  return text === undefined ? {} : JSON.parse(text);
}
