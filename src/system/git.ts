import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.ts';

const TIMEOUT_MS = 5000;
const MOST_OUTPUT = 16_000_000;
const MOST_ADDED = 5000;
const MOST_BYTES = 4_000_000;
const PLAINLY = ['--no-ext-diff', '--no-textconv', '--ignore-submodules=all'];
// Nothing of a repository that an agent may have written to is to be run by us: no monitor, no hook, no pager.
const SAFE = ['--no-optional-locks', '--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/** A repository may say that objects are to be fetched, and with which command. */
const OFFLINE = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' };

/** The commit that is checked out in a directory; nothing where it is no repository, or there is no git. */
export async function headOf(cwd: string, env: Readonly<Record<string, string>>): Promise<string | undefined> {
  const head = (await git(cwd, env, ['rev-parse', '--verify', '--quiet', 'HEAD']))?.trim();
  return head && /^[0-9a-f]{40,64}$/.test(head) ? head : undefined;
}

/**
 * What was changed since a commit, as `git diff --stat` has it, and what was added and is not tracked. Nothing where that
 * cannot be said; neither where there are filters, which are commands that comparing files would run, but for git-lfs where
 * the operator has it for all repositories. Submodules are left out: they have filters of their own.
 */
export async function changesSince(
  cwd: string,
  env: Readonly<Record<string, string>>,
  head: string,
): Promise<string | undefined> {
  if (!(await isFilterless(cwd, env))) return undefined;
  const changed = await git(cwd, env, ['diff', ...PLAINLY, '--stat=100', head, '--']);
  const added = await git(cwd, env, ['ls-files', '--others', '--exclude-standard', '--directory']);
  if (changed === undefined || added === undefined) return undefined;
  const untracked = added
    .split('\n')
    .filter(Boolean)
    .map((path) => ` ${path} (new)`);
  return [...changed.split('\n').filter(Boolean), ...untracked.slice(0, 50)].join('\n');
}

/**
 * The state of a work tree in a word: the commit, what differs from it, and the files that are not tracked. The same word
 * means that nothing has changed. Nothing where that cannot be said, as above.
 */
export async function treeOf(cwd: string, env: Readonly<Record<string, string>>): Promise<string | undefined> {
  const head = await headOf(cwd, env);
  if (head === undefined || !(await isFilterless(cwd, env))) return undefined;
  const diff = await git(cwd, env, ['diff', ...PLAINLY, '--binary', head, '--']);
  const added = await git(cwd, env, ['ls-files', '-z', '--full-name', '--others', '--exclude-standard', ':/']);
  const top = (await git(cwd, env, ['rev-parse', '--show-toplevel']))?.replace(/\n$/, '');
  if (diff === undefined || added === undefined || top === undefined) return undefined;
  const names = added.split('\0').filter(Boolean);
  if (names.length > MOST_ADDED) return undefined;
  const hash = createHash('sha256').update(head).update(diff);
  for (const name of names) hash.update(`${name}\0${await contentOf(join(top, name))}\0`);
  return hash.digest('hex').slice(0, 32);
}

/** A file in a word: its content; of one that is large, or none, when it was changed. */
async function contentOf(path: string): Promise<string> {
  const found = await lstat(path).catch(() => undefined); // gone since it was listed
  if (!found?.isFile() || found.size > MOST_BYTES) return found ? `${found.size} ${found.mtimeMs}` : '';
  return createHash('sha256')
    .update(await readFile(path).catch(() => ''))
    .digest('hex');
}

/** Comparing files runs the filters that a repository names, which are commands; but for git-lfs where the operator has it everywhere. */
async function isFilterless(cwd: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  const filters = await git(cwd, env, ['config', '--show-scope', '--name-only', '--get-regexp', '^filter\\.']);
  return filters?.split('\n').every((line) => line === '' || /^(global|system)\tfilter\.lfs\./.test(line)) === true;
}

async function git(
  cwd: string,
  env: Readonly<Record<string, string>>,
  words: readonly string[],
): Promise<string | undefined> {
  const { end, stdout } = await runCommand({
    argv: ['git', ...SAFE, ...words],
    env: { ...env, ...OFFLINE },
    cwd,
    timeoutMs: TIMEOUT_MS,
    mostBytes: MOST_OUTPUT,
  });
  if (end.by !== 'exit') return undefined;
  return end.status === 0 || (words[0] === 'config' && end.status === 1) ? stdout : undefined;
}
