import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseFrontmatter, validate } from 'skills-ref';
import { describe, expect, test } from 'vitest';
import { parse } from '../../src/cli/args.ts';
import { start } from '../../src/cli/commands/start.ts';
import { verbs } from '../../src/cli/fast-path.ts';
import { entryOf } from '../../src/cli/reference/table.ts';
import { EXIT } from '../../src/protocol/exit-codes.ts';

const FOLDER = fileURLToPath(new URL('../../skills/holdfast', import.meta.url));
const text = readFileSync(`${FOLDER}/SKILL.md`, 'utf8');
const [frontmatter] = parseFrontmatter(text);
const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, lines = '']) => lines.trimEnd().split('\n'));
const inline = [...text.matchAll(/`(holdfast [^`…]+)`/g)].map(([, line = '']) => line);

/** A line as a shell would take it apart; the page quotes with " alone. */
const words = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|\S+/g)].map(([whole, quoted]) => quoted ?? whole);

const understood = async (line: string): Promise<boolean> => (await parse(words(line).slice(1))) !== undefined;

describe('the skill', () => {
  test('is valid by the reference of the format', async () => {
    expect(await validate(FOLDER)).toEqual([]);
  });

  test('has exactly the six keys of the format', () => {
    const keys = ['allowed-tools', 'compatibility', 'description', 'license', 'metadata', 'name'];
    expect(Object.keys(frontmatter).sort()).toEqual(keys);
  });

  test('fits into what a reviewer reads of it, and its description into a list', () => {
    expect(text.length).toBeLessThan(6000);
    expect(String(frontmatter.description).length).toBeLessThan(160);
  });

  test('is instructions only: no code lies beside it', () => {
    expect(readdirSync(FOLDER)).toEqual(['SKILL.md']);
  });

  test('declares every program that it needs', () => {
    const { openclaw } = JSON.parse(
      /^metadata:\n([\s\S]*?)^---/m.exec(text)?.[1]?.replace(/,(\s*[}\]])/g, '$1') ?? '',
    ) as {
      openclaw: object;
    }; // written by us; a key that is missing fails below
    expect(openclaw).toMatchObject({
      os: ['darwin', 'linux'],
      requires: { bins: ['holdfast', 'tmux'], anyBins: ['codex', 'claude', 'opencode', 'pi'] },
    });
    const run = new Set(blocks.map((line) => line.split(' ')[0]));
    expect([...run]).toEqual(['holdfast']);
  });

  test('allows without a question only what neither starts, ends nor writes anything', () => {
    const allowed = String(frontmatter['allowed-tools']).matchAll(/Bash\(holdfast ([a-z]+):\*\)/g);
    expect([...allowed].map(([, verb]) => verb)).toEqual(['list', 'explain', 'logs', 'wait']);
  });
});

describe('what the skill says to type', () => {
  test.each(blocks)('%s', async (line) => expect(await understood(line)).toBe(true));

  test.each(inline)('%s, in a sentence', async (line) => {
    const [, verb = '', ...more] = words(line);
    expect(Object.keys(verbs)).toContain(verb);
    if (more.length > 0) expect(await understood(line)).toBe(true);
  });

  test.each([...text.matchAll(/`(--[a-z-]+)(?: [^`]+)?`/g)].map(([, flag = '']) => flag))('%s of start', (flag) => {
    expect(entryOf(start).flags.map(({ name }) => `--${name}`)).toContain(flag);
  });

  test('covers every command that an orchestrator needs', () => {
    const named = new Set(blocks.map((line) => words(line)[1]));
    for (const verb of ['start', 'list', 'show', 'logs', 'explain', 'wait', 'answer', 'retry', 'stop'])
      expect([...named]).toContain(verb);
  });

  test('of exit codes is what they are', () => {
    const table = text.slice(text.indexOf('| code |'), text.indexOf('## Trust'));
    const codes = [...table.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, list = '']) => list.split(', ').map(Number));
    expect(codes.length).toBeGreaterThan(12);
    for (const code of codes) expect(Object.values(EXIT) as number[]).toContain(code);
  });
});

test('the plugin is of the same version as the package, and starts the same program', () => {
  const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
  const { version } = read('package.json') as { version: string }; // npm made it
  expect(read('.claude-plugin/plugin.json')).toMatchObject({ name: 'holdfast', version });
  expect(read('.mcp.json')).toEqual({ mcpServers: { holdfast: { command: 'holdfast', args: ['mcp'] } } });
});
