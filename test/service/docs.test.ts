import { afterEach, beforeAll, expect, test } from 'vitest';
import { blocksOf, pages } from '../docs/blocks.ts';
import { shell, standIns } from '../docs/shell.ts';
import { cli, endTmux, env, home, inside, write } from './machine.ts';

const scripts = pages
  .map((page) => [page, blocksOf(page).filter(({ how }) => how === 'beside systemd')] as const)
  .filter(([, blocks]) => blocks.length > 0)
  .map(([page, blocks]) => [page, blocks.map(({ text }) => text).join('\n')] as const);

beforeAll(() => {
  write(inside('.config', 'holdfast', 'config.json'), '{}', 0o600);
  standIns(inside('docs-bin'));
  write(inside('docs-bin', 'loginctl'), '#!/bin/sh\n[ "$1" = show-user ] && echo yes\nexit 0\n', 0o755); // here is no logind
});
afterEach(() => {
  cli(['service', 'uninstall']);
  endTmux();
});

test('there are pages', () => expect(scripts.length).toBeGreaterThan(2));

test.each(scripts)('every command goes well beside systemd, of %s', async (_, script) => {
  const PATH = `${inside('docs-bin')}:${env.PATH}`;
  const { code, said } = await shell(script, { ...env, PATH, USER: 'root', HOLDFAST_TMUX_SOCKET: 'holdfast' }, home);
  expect(code, said).toBe(0);
});
