import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { recipeFor } from '../../src/install/recipe.ts';
import { which } from '../../src/system/which.ts';

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'hf-recipe-')));
  onTestFinished(() => rmSync(root, { recursive: true }));
});

const program = (path: string, text = '#!/bin/sh\n'): string => {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
  return file;
};
const nodeOf = (path: string, version: string): string => program(path, `#!/bin/sh\necho ${version}\n`);

const recipe = (more: { execPath: string; path?: string[]; names?: string[]; systemNodes?: string[] }) =>
  recipeFor({
    env: { PATH: (more.path ?? []).join(':') },
    home: join(root, 'home'),
    execPath: more.execPath,
    names: more.names ?? [],
    systemNodes: more.systemNodes ?? [],
  });

beforeEach(() => mkdirSync(join(root, 'home')));

describe('the Node of a service', () => {
  test('is a new enough one of the system, rather than that of a version manager', async () => {
    const execPath = nodeOf('home/.nvm/v22/bin/node', 'v22.1.0');
    const systemNodes = [nodeOf('old/node', 'v20.18.9'), join(root, 'none'), nodeOf('usr/bin/node', 'v20.19.0')];
    expect(await recipe({ execPath, systemNodes })).toMatchObject({ node: systemNodes[2], warnings: [] });
  });

  test("is a version manager's where there is no other, and that is said", async () => {
    const execPath = nodeOf('home/.nvm/v22/bin/node', 'v22.1.0');
    const systemNodes = [nodeOf('old/node', 'v18.20.0')];
    const found = await recipe({ execPath, systemNodes });
    expect(found).toMatchObject({ node: execPath, warnings: [expect.stringContaining('service install')] });
  });

  test('goes by the name that outlives an upgrade', async () => {
    const execPath = nodeOf('brew/Cellar/node/26.0.0/bin/node', 'v26.0.0');
    const link = join(root, 'brew', 'node');
    symlinkSync(execPath, link);
    expect((await recipe({ execPath, systemNodes: [link] })).node).toBe(link);
  });
});

describe('the PATH of a service', () => {
  test('has the directories where things are found now, and none that merely is on the PATH', async () => {
    const execPath = nodeOf('usr/bin/node', 'v24.0.0');
    const codex = program('home/.nvm/v22/bin/codex');
    const shims = dirname(program('home/.asdf/shims/ruby'));
    const { path } = await recipe({ execPath, path: [shims, dirname(codex)], names: ['codex', 'missing'] });
    expect(path.slice(0, 2)).toEqual([dirname(codex), dirname(execPath)]);
    expect(path).not.toContain(shims);
    expect(path).toContain('/usr/bin');
  });

  test('finds of two programs the one that the shell finds, whatever the order in which we ask for them', async () => {
    const execPath = nodeOf('usr/bin/node', 'v24.0.0');
    const [old, fresh] = [dirname(program('usr/bin/codex')), dirname(program('home/.local/bin/codex'))];
    program('usr/bin/tmux');
    const { path } = await recipe({ execPath, path: [fresh, old], names: ['tmux', 'codex'] });
    expect(path.slice(0, 2)).toEqual([fresh, old]);
    expect(await which('codex', path.join(':'))).toBe(join(fresh, 'codex'));
  });

  test('gives an agent of a version manager the Node beside it, and the daemon that of the system', async () => {
    const execPath = nodeOf('home/.nvm/v22/bin/node', 'v22.1.0');
    const system = nodeOf('usr/bin/node', 'v24.0.0');
    program('home/.nvm/v22/bin/codex', '#!/usr/bin/env node\n');
    const shell = [dirname(execPath), dirname(system)];
    const { node, path } = await recipe({ execPath, systemNodes: [system], path: shell, names: ['codex'] });
    expect(node).toBe(system);
    expect(await which('node', path.join(':'))).toBe(execPath);
  });

  test('has no directory where everybody can write, and says so', async () => {
    const execPath = nodeOf('usr/bin/node', 'v24.0.0');
    const open = dirname(program('open/codex'));
    chmodSync(open, 0o777);
    const { path, warnings } = await recipe({ execPath, path: [open], names: ['codex'] });
    expect(path).not.toContain(open);
    expect(warnings).toEqual([expect.stringContaining(open)]);
  });

  test('has no directory that does not exist', async () => {
    const { path } = await recipe({ execPath: nodeOf('usr/bin/node', 'v24.0.0') });
    expect(path).not.toContain(join(root, 'home', '.local', 'bin'));
  });
});
