import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { checks } from '../../src/doctor/checks/index.ts';
import { skillText } from '../../src/install/skill.ts';
import { pathsHere } from '../../src/protocol/paths.ts';
import { holdfast } from '../cli/shell.ts';

const text = await skillText();

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hf-skill-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'bin'));
});

const has = (...programs: string[]): void => {
  for (const name of programs) writeFileSync(join(home, 'bin', name), '#!/bin/sh\n', { mode: 0o755 });
};
const env = () => ({ HOME: home, PATH: join(home, 'bin') });
const run = (...line: string[]) => holdfast(['skill', ...line], { env: env() });
const shared = () => join(home, '.agents/skills/holdfast/SKILL.md');
const claudes = () => join(home, '.claude/skills/holdfast/SKILL.md');
const put = (path: string, content: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};
/** As an older version of ours would have left it. */
async function written(path: string, content: string): Promise<void> {
  await run('install', '--agent', 'claude', '--agent', 'codex');
  put(path, content);
  const { createHash } = await import('node:crypto');
  put(join(dirname(path), '.written-by-holdfast'), `${createHash('sha256').update(content).digest('hex')}\n`);
}

describe('skill install', () => {
  test('puts it where the agents on the PATH look, once for those that share a folder', async () => {
    has('openclaw', 'claude', 'pi');
    const { code, stdout } = await run('install', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).places).toEqual([
      { directory: dirname(shared()), readers: ['openclaw', 'pi'], state: 'absent', done: 'wrote' },
      { directory: dirname(claudes()), readers: ['claude'], state: 'absent', done: 'wrote' },
    ]);
    for (const file of [shared(), claudes()]) expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('takes --agent at its word, installed or not', async () => {
    expect(await run('install', '--agent', 'opencode')).toMatchObject({ code: 0 });
    expect([existsSync(shared()), existsSync(claudes())]).toEqual([true, false]);
  });

  test('follows CLAUDE_CONFIG_DIR', async () => {
    const elsewhere = join(home, 'elsewhere');
    await holdfast(['skill', 'install', '--agent', 'claude'], { env: { ...env(), CLAUDE_CONFIG_DIR: elsewhere } });
    expect(existsSync(join(elsewhere, 'skills/holdfast/SKILL.md'))).toBe(true);
  });

  test('a second time changes nothing', async () => {
    await run('install', '--agent', 'pi');
    expect(JSON.parse((await run('install', '--agent', 'pi', '--json')).stdout).places).toMatchObject([
      { state: 'current', done: 'kept' },
    ]);
  });

  test('with --dry-run writes nothing', async () => {
    const { code, stdout } = await run('install', '--agent', 'claude', '--dry-run');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^would write +\S+\/holdfast +claude\n$/),
    });
    expect(readdirSync(home)).toEqual(['bin']);
  });

  test('renews what an older version wrote', async () => {
    await written(shared(), 'an older skill');
    expect(JSON.parse((await run('install', '--agent', 'pi', '--json')).stdout).places).toMatchObject([
      { state: 'outdated', done: 'wrote' },
    ]);
    expect(readFileSync(shared(), 'utf8')).toBe(text);
  });

  test.each<[string, () => Promise<void> | void]>([
    ['a skill of somebody else', () => put(shared(), 'mine')],
    [
      'one that was edited',
      async () => {
        await run('install', '--agent', 'pi');
        put(shared(), `${text}\nMy own rule.\n`);
      },
    ],
    [
      'a link',
      () => {
        put(join(home, 'dotfiles.md'), text);
        mkdirSync(dirname(shared()), { recursive: true });
        symlinkSync(join(home, 'dotfiles.md'), shared());
      },
    ],
  ])('leaves %s alone, and says so; --force takes it', async (_, prepare) => {
    await prepare();
    const before = readFileSync(shared(), 'utf8');
    const { code, stderr } = await run('install', '--agent', 'pi');
    expect({ code, stderr }).toEqual({ code: 73, stderr: expect.stringContaining('left alone') });
    expect(readFileSync(shared(), 'utf8')).toBe(before);
    expect(await run('install', '--agent', 'pi', '--force')).toMatchObject({ code: 0 });
    expect(readFileSync(shared(), 'utf8')).toBe(text);
  });

  test.each([
    ['nobody knows', ['install', '--agent', 'emacs'], 2, /use one of openclaw, codex, claude, opencode, pi/],
    ['there is nobody on the PATH', ['install'], 127, /--agent/],
    ['the action is unknown', ['instal'], 2, /did you mean "install"/],
  ])('is refused where %s', async (_, line, code, says) => {
    expect(await run(...line)).toMatchObject({ code, stderr: expect.stringMatching(says) });
  });
});

describe('skill uninstall', () => {
  test('removes what we wrote, and leaves what others put beside it', async () => {
    await run('install', '--agent', 'pi', '--agent', 'claude');
    put(join(dirname(shared()), 'notes.md'), 'mine');
    expect(await run('uninstall', '--agent', 'pi', '--agent', 'claude')).toMatchObject({ code: 0 });
    expect(readdirSync(dirname(shared()))).toEqual(['notes.md']);
    expect(existsSync(dirname(claudes()))).toBe(false);
  });

  test('leaves a file that is not ours', async () => {
    put(shared(), 'mine');
    expect(await run('uninstall', '--agent', 'pi')).toMatchObject({ code: 73 });
    expect(readFileSync(shared(), 'utf8')).toBe('mine');
  });
});

test('skill status says whom it looked for where nobody is there', async () => {
  expect(await run('status')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/none .* on the PATH \(openclaw, codex, claude, opencode, pi\)/),
  });
});

test('skill path and show name the page that the package brings', async () => {
  const { stdout } = await run('path');
  expect(readFileSync(join(stdout.trim(), 'SKILL.md'), 'utf8')).toBe(text);
  expect((await run('show')).stdout).toBe(text);
});

describe('the doctor', () => {
  const examine = async () =>
    await checks.skill?.({
      paths: pathsHere({ HOME: home }),
      env: env(),
      platform: 'linux',
      nodeVersion: 'v24.3.0',
      version: '1.0.0',
      now: 0,
      path: { value: join(home, 'bin'), of: 'service' },
      run: async () => ({ stdout: '', stderr: '' }),
    });

  test('says nothing where nobody reads skills', async () => expect(await examine()).toEqual([]));

  test('notes who has no skill, with the way to give it one', async () => {
    has('claude');
    expect(await examine()).toMatchObject([{ level: 'note', remedy: 'holdfast skill install --agent claude' }]);
  });

  test('warns of an old one, and renews it', async () => {
    has('codex');
    await written(shared(), 'an older skill');
    const [finding] = (await examine()) ?? [];
    expect(finding).toMatchObject({ level: 'warning' });
    if (finding?.level === 'warning') await finding.fix?.();
    expect(await examine()).toMatchObject([{ level: 'ok' }]);
  });
});
