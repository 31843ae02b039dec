import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { changesSince, headOf } from '../../src/system/git.ts';

/** A repository with one commit in a home of its own. */
function repository() {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'hf-git-')));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const env = { PATH: process.env.PATH ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  const at = (...names: string[]): string => join(home, 'work', ...names);
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: at(), env, encoding: 'utf8', stdio: 'pipe' });
  const commit = (): void => {
    git('add', '.');
    git('-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-qm', 'x');
  };
  mkdirSync(at());
  git('init', '-q');
  writeFileSync(at('file'), 'one\n');
  commit();
  const pwned = join(home, 'pwned');
  return { at, env, git, commit, home, evil: `touch ${pwned}; cat`, pwned: () => existsSync(pwned) };
}
type Repository = ReturnType<typeof repository>;

/** What the daemon would say of it, after something has changed. */
async function look({ at, env }: Repository): Promise<string | undefined> {
  const head = (await headOf(at(), env)) ?? expect.fail('no commit');
  writeFileSync(at('file'), 'another\n');
  return await changesSince(at(), env, head);
}

test('what was changed is told, and what is new', async () => {
  const there = repository();
  writeFileSync(there.at('new'), '');
  expect(await look(there)).toMatch(/^ file \| 2 \+-\n.*\n new \(new\)$/);
});

test.each<[string, (there: Repository) => void]>([
  [
    'a filter',
    ({ git, at, evil }) => [git('config', 'filter.x.clean', evil), writeFileSync(at('.gitattributes'), '* filter=x')],
  ],
  [
    'a filter that calls itself git-lfs',
    ({ git, at, evil }) => [
      git('config', 'filter.lfs.clean', evil),
      writeFileSync(at('.gitattributes'), '* filter=lfs'),
    ],
  ],
  [
    'a filter in a file that is included',
    ({ git, at, evil }) => {
      writeFileSync(at('.git', 'more'), `[filter "lfs"]\n\tclean = ${JSON.stringify(evil)}\n`);
      git('config', 'include.path', 'more');
      writeFileSync(at('.gitattributes'), '* filter=lfs');
    },
  ],
  [
    'a filter in a submodule',
    ({ git, at, evil, commit }) => {
      mkdirSync(at('sub'));
      const inSub = (...words: string[]) => git('-C', 'sub', ...words);
      inSub('init', '-q');
      writeFileSync(at('sub', 'g'), '1');
      inSub('add', '.');
      inSub('-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-qm', 'x');
      commit();
      inSub('config', 'filter.x.clean', evil);
      writeFileSync(at('sub', '.gitattributes'), '* filter=x');
      writeFileSync(at('sub', 'g'), '2');
    },
  ],
  ['a monitor of the file system', ({ git, evil }) => git('config', 'core.fsmonitor', evil)],
  [
    'a hook',
    ({ at, evil }) => writeFileSync(at('.git', 'hooks', 'post-index-change'), `#!/bin/sh\n${evil}\n`, { mode: 0o755 }),
  ],
  [
    'an external diff',
    ({ git, at, evil }) => [
      git('config', 'diff.external', evil),
      git('config', 'diff.x.command', evil),
      writeFileSync(at('.gitattributes'), '* diff=x'),
    ],
  ],
  [
    'a text conversion',
    ({ git, at, evil }) => [git('config', 'diff.x.textconv', evil), writeFileSync(at('.gitattributes'), '* diff=x')],
  ],
  ['a pager', ({ git, evil }) => git('config', 'core.pager', evil)],
  ['an alias', ({ git, evil }) => git('config', 'alias.diff', `!${evil}`)],
  [
    'objects that are to be fetched by a command',
    ({ git, at, evil }) => {
      git('config', 'core.repositoryFormatVersion', '1');
      git('config', 'extensions.partialClone', 'origin');
      git('config', 'remote.origin.promisor', 'true');
      git('config', 'remote.origin.url', 'ssh://nowhere/x');
      git('config', 'core.sshCommand', evil);
      git('config', 'protocol.ssh.allow', 'always');
      const object = git('rev-parse', 'HEAD:file').trim();
      rmSync(join(at('.git', 'objects'), object.slice(0, 2), object.slice(2)));
    },
  ],
])('%s that an agent has put into the repository is not run', async (_, plant) => {
  const there = repository();
  plant(there);
  await look(there);
  expect(there.pwned()).toBe(false);
});

test('the table above can fail: git itself runs a filter of the repository', () => {
  const there = repository();
  there.git('config', 'filter.x.clean', there.evil);
  writeFileSync(there.at('.gitattributes'), '* filter=x');
  writeFileSync(there.at('file'), 'another\n');
  there.git('diff', '--stat');
  expect(there.pwned()).toBe(true);
});

test('the operator’s own git-lfs is no obstacle', async () => {
  const there = repository();
  there.git('config', '--global', 'filter.lfs.clean', 'cat');
  expect(await look(there)).toContain('file | 2 +-');
  expect(readdirSync(there.home)).not.toContain('pwned');
});
