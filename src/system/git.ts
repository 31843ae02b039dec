import { execa } from 'execa';

const TIMEOUT_MS = 5000;
// Nothing of a repository that an agent may have written to is to be run by us: no monitor, no hook, no pager.
const SAFE = ['--no-optional-locks', '--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/** The commit that is checked out in a directory; nothing where it is no repository, or there is no git. */
export async function headOf(cwd: string, env: Readonly<Record<string, string>>): Promise<string | undefined> {
  const head = (await git(cwd, env, ['rev-parse', '--verify', '--quiet', 'HEAD']))?.trim();
  return head && /^[0-9a-f]{40,64}$/.test(head) ? head : undefined;
}

/**
 * What was changed since a commit, as `git diff --stat` has it, and what was added and is not tracked. Nothing where that
 * cannot be said; neither where the repository defines filters, which are commands that comparing its files would run.
 */
export async function changesSince(
  cwd: string,
  env: Readonly<Record<string, string>>,
  head: string,
): Promise<string | undefined> {
  const filters = await git(cwd, env, ['config', '--name-only', '--get-regexp', '^filter\\.']);
  if (filters?.split('\n').some((name) => name !== '' && !name.startsWith('filter.lfs.'))) return undefined;
  const changed = await git(cwd, env, ['diff', '--no-ext-diff', '--no-textconv', '--stat=100', head, '--']);
  const added = await git(cwd, env, ['ls-files', '--others', '--exclude-standard', '--directory']);
  if (changed === undefined || added === undefined) return undefined;
  const untracked = added
    .split('\n')
    .filter(Boolean)
    .map((path) => ` ${path} (new)`);
  return [...changed.split('\n').filter(Boolean), ...untracked.slice(0, 50)].join('\n');
}

async function git(
  cwd: string,
  env: Readonly<Record<string, string>>,
  words: readonly string[],
): Promise<string | undefined> {
  const options = {
    cwd,
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: TIMEOUT_MS,
    maxBuffer: 1_000_000,
  } as const;
  const { exitCode, stdout } = await execa('git', [...SAFE, ...words], options);
  return exitCode === 0 || (words[0] === 'config' && exitCode === 1) ? stdout : undefined;
}
