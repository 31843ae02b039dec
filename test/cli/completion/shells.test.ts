import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scripts } from '../../../src/cli/completion/scripts.ts';

// A holdfast that shows what it was asked, so that each shell's own machinery is what is tested.
let bin = '';
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'hf-shells-'));
  const program = join(bin, 'holdfast');
  writeFileSync(
    program,
    '#!/bin/sh\nlast=\nfor last; do :; done\ncase $last in fil*) echo :files ;; *) echo "fix-$#" ;; esac\n',
  );
  chmodSync(program, 0o755);
  writeFileSync(join(bin, 'file-a'), '');
  for (const [shell, text] of Object.entries(scripts)) writeFileSync(join(bin, `completion.${shell}`), text);
});
afterAll(() => rmSync(bin, { recursive: true }));

/** How a test asks each shell, without a terminal, what it would offer for `holdfast show BEGUN`. */
const askers: Readonly<Record<string, (begun: string) => readonly string[]>> = {
  bash: (begun) => [
    '--norc',
    '-c',
    `. ./completion.bash; COMP_WORDS=(holdfast show '${begun}'); COMP_CWORD=2; _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  fish: (begun) => ['--no-config', '-c', `source completion.fish; complete -C 'holdfast show ${begun}'`],
  zsh: (begun) => [
    '-f',
    '-c',
    // compsys wants a terminal, so its two words are played
    `compdef() { : }; compadd() { shift; print -l -- "$@" }; _files() { print -l -- file-* }
     . ./completion.zsh; words=(holdfast show '${begun}'); CURRENT=3; _holdfast`,
  ],
};

describe.each(Object.keys(scripts))('%s', (shell) => {
  const here = spawnSync(shell, ['-c', ':']).status === 0;
  if (!here) console.error(`!!! SKIPPED: no ${shell} here, so its completion is not tried !!!`);
  const ask = (begun: string): string[] => {
    const env = { PATH: `${bin}:${process.env.PATH}`, HOME: bin, LANG: 'C.UTF-8' };
    const { stdout, stderr } = spawnSync(shell, askers[shell]?.(begun) ?? [], { cwd: bin, env, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter(Boolean);
  };

  test.runIf(here)('offers what holdfast says of all words, the last one too while it is empty', () => {
    expect(ask('f')).toEqual(['fix-3']);
    expect(ask('')).toEqual(['fix-3']);
  });

  test.runIf(here)('offers files where holdfast says so', () => {
    expect(ask('fil')).toEqual(['file-a']);
  });
});
