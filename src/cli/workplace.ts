import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';

/** Makes the directory of a task what it is to be, as far as that was asked for: a typing error must make none. */
export function prepare(cwd: string, { mkdir, gitInit }: { readonly mkdir: boolean; readonly gitInit: boolean }): void {
  if (mkdir) make(cwd);
  if (!gitInit || git(cwd, 'rev-parse', '--git-dir') === '') return;
  const why = git(cwd, 'init', '--quiet');
  if (why !== '') throw new Refusal(EXIT.cannotWrite, `git init in ${cwd} failed: ${why}`);
}

function make(cwd: string): void {
  try {
    mkdirSync(cwd, { recursive: true });
  } catch (cause) {
    throw new Refusal(EXIT.cannotWrite, `cannot make ${cwd}: ${String(cause)}`, { cause });
  }
}

/** Why it failed; empty where it did not. */
function git(cwd: string, ...words: readonly string[]): string {
  const { status, stderr, error } = spawnSync('git', ['-C', cwd, ...words], { encoding: 'utf8' });
  return status === 0 ? '' : (error?.message ?? stderr.trim()) || `exit ${status}`;
}
