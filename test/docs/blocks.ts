import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);

/** The pages that people read, by their paths in the repository. */
export const pages: readonly string[] = [
  'README.md',
  ...readdirSync(fileURLToPath(new URL('docs', root)), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
];

/** The text of a page. */
export const textOf = (page: string): string => readFileSync(new URL(page, root), 'utf8');

/** A fenced block of shell commands. */
export interface Block {
  readonly text: string;
  /** Why it cannot be run by a test, as a comment above it says that no reader sees. */
  readonly notRun?: string;
  /** How it is run, where not by itself in the story of its page; a comment above it says that too. */
  readonly how?: string;
  /** What has to happen before, unseen: `<!-- run after: … -->`. */
  readonly after?: string;
}

const FENCE = /(?:^<!-- (not run|run|run after): (.+?) -->\n+)?^( *)```sh\n([\s\S]*?)^ *```$/gm;
const ROLES = { 'not run': 'notRun', run: 'how', 'run after': 'after' } as const;
type Role = keyof typeof ROLES;
const isRole = (word = ''): word is Role => Object.hasOwn(ROLES, word);

/** Every shell block of a page, in its order. */
export const blocksOf = (page: string): readonly Block[] =>
  [...textOf(page).matchAll(FENCE)].map(([, role, says, indent = '', text = '']) => ({
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    ...(isRole(role) ? { [ROLES[role]]: says } : {}),
  }));

/** The words of every call of holdfast in a block, as a shell would take them apart; what it would fill in is an X. */
export function callsIn(block: string): readonly (readonly string[])[] {
  const lines = block
    .replaceAll(/<<'(\w+)'\n[\s\S]*?^\1$/gm, '')
    .replaceAll('"$(holdfast', 'holdfast')
    .replaceAll(/(?<=[ =])"[^"]*"/g, (text) => text.replaceAll('\n', ' '));
  const filled = lines.replaceAll(/\$\([^)]*\)|\$\w+/g, 'X').replaceAll(/(^| )#.*$/gm, '');
  return filled
    .split(/\n|&&|\||;|mcp add holdfast -- /)
    .map((line) => /(?<!-L )\bholdfast( (?:"[^"]*"|[^>)"])*|$)/.exec(line)?.[1])
    .filter((rest) => rest !== undefined)
    .map((rest) =>
      [...rest.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)].map(([word, double, single]) => double ?? single ?? word),
    );
}

/** The words of every call of holdfast that a sentence of a page names; of `yes|no` the first. */
export const mentionsIn = (page: string): readonly (readonly string[])[] =>
  [
    ...textOf(page)
      .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
      .matchAll(/`holdfast ([^`]+)`/g),
  ].map(([, words = '']) => words.split(/\s+/).flatMap((word) => (word === '…' ? [] : [word.split('|')[0] ?? ''])));
