import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findAgent } from '../../src/agents/index.ts';
import { terminalFace } from '../../src/domain/agent.ts';
import { dialogOf, rowsOf, showsOnly } from '../../src/drivers/dialog.ts';

const dialog = (command: string, about = 'run a command'): string =>
  `● Two helpers.\n────────\n Bash command · from the general-purpose agent\n   ${command}   \n   ${about}\n Do you want to proceed?\n ❯ 1. Yes\n   2. No\n Esc to cancel`;

describe('of several questions', () => {
  test.each([
    ['the one whose row is shown', dialog('touch one'), 'touch one', ['touch two'], true],
    ['one whose row is not shown', dialog('touch two'), 'touch one', ['touch two'], false],
    ['one that is asked twice', dialog('touch one'), 'touch one', ['touch one', 'touch two'], true],
    ['one whose row is shown beside that of another', dialog('rm -r x', 'ls'), 'ls', ['rm -r x'], false],
    ['one that is only a part of a row', dialog('ls -l tools'), 'ls', ['touch two'], false],
    [
      'one whose row may be the beginning of another, wrapped',
      dialog('make\n   deploy'),
      'make',
      ['make deploy'],
      false,
    ],
    ['one whose row nobody knows', dialog('touch two'), undefined, ['touch one'], false],
    ['one beside another whose row nobody knows', dialog('touch one'), 'touch one', [undefined], false],
  ])('%s', (_, screen, row, others, expected) => {
    expect(showsOnly(screen, row, others)).toBe(expected);
  });
});

describe('the row of a command of claude', () => {
  const claude = findAgent('claude');
  const row = (what: string) =>
    claude && terminalFace(claude)?.row?.({ tool: 'Bash', what, grant: 'yes', refuse: 'no' });

  test.each([
    ['is the command', 'touch one', 'touch one'],
    ['is its first line', "cat <<'x'\none\nx", "cat <<'x'"],
    ['is unknown where it is wrapped', 'x'.repeat(101), undefined],
    ['is unknown where it is drawn otherwise than it is', ' touch\tone', undefined],
    ['is unknown where there is none', '', undefined],
  ])('%s', (_, what, expected) => {
    expect(row(what)).toBe(expected);
  });
});

test('two commands with one first line have no row by which they are told apart', () => {
  const claude = findAgent('claude');
  const row = (claude && terminalFace(claude)?.row) ?? (() => undefined);
  const asks = (what: string) => ({ tool: 'Bash', what, grant: 'yes', refuse: 'no' });
  const beside = (what: string) => rowsOf(row, asks("cat <<'x'\none\nx"), [asks(what)]);
  expect(beside("cat <<'x'\ntwo\nx")).toEqual([undefined]);
  expect(beside("cat <<'x'\none\nx")).toEqual(["cat <<'x'"]);
  expect(beside('touch two')).toEqual(['touch two']);
});

describe('of several questions of codex', () => {
  const codex = findAgent('codex');
  const face = codex && terminalFace(codex);
  const screen = (name: string) =>
    readFileSync(new URL(`../fixtures/agents/codex/screens/asks/${name}.txt`, import.meta.url), 'utf8');
  const row = (what: string, tool = 'Bash') => face?.row?.({ tool, what, grant: 'yes', refuse: 'no' });
  const shows = (shown: string, one: string | undefined, others: readonly (string | undefined)[]) =>
    showsOnly(dialogOf(shown, face?.heading), one, others);
  const [exec, edit] = [screen('approval-exec'), screen('approval-edit')];
  const shown = 'touch /srv/outside-file';

  test('its own recorded dialog is of the one command, and of no other', () => {
    expect(shows(exec, row(shown), [row('pwd')])).toBe(true);
    expect(shows(exec, row('pwd'), [row(shown)])).toBe(false);
  });

  test('so is that of a helper', () => {
    const helper = screen('approval-helper');
    expect(shows(helper, row('touch two'), [row('touch one')])).toBe(true);
    expect(shows(helper, row('touch one'), [row('touch two')])).toBe(false);
  });

  test('a command that stands above the dialog of another is not shown', () => {
    const quoted = `  Would you like to run the following command?\n\n  $ pwd\n\n${exec}`;
    expect(shows(quoted, row('pwd'), ['another'])).toBe(false);
    expect(shows('  $ pwd\n', row('pwd'), ['another'])).toBe(false);
  });

  test('none is certain beside an edit, or a command of many lines', () => {
    expect(shows(edit, row('/etc/patched', 'apply_patch'), [row('pwd')])).toBe(false);
    expect(shows(exec, row(shown), [row('/etc/patched', 'apply_patch')])).toBe(false);
    expect(shows(exec, row(shown), [row(`${shown}\nmake deploy`)])).toBe(false);
  });
});
