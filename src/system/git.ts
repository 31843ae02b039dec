import { execa } from 'execa';

const TIMEOUT_MS = 5000;
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
  const filters = await git(cwd, env, ['config', '--show-scope', '--name-only', '--get-regexp', '^filter\\.']);
  if (filters?.split('\n').every((line) => line === '' || /^(global|system)\tfilter\.lfs\./.test(line)) !== true)
    return undefined;
  const plainly = ['--no-ext-diff', '--no-textconv', '--ignore-submodules=all'];
  const changed = await git(cwd, env, ['diff', ...plainly, '--stat=100', head, '--']);
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
    env: { ...env, ...OFFLINE },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: TIMEOUT_MS,
    maxBuffer: 1_000_000,
  } as const;
  const { exitCode, stdout } = await execa('git', [...SAFE, ...words], options);
  return exitCode === 0 || (words[0] === 'config' && exitCode === 1) ? stdout : undefined;
}
