import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { blocksOf, pages, textOf } from '../docs/blocks.ts';
import { holdfast } from './rig.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

/** A page is a story: its blocks are run one after the other by one shell, in a home that has nothing but holdfast. */
const stories = pages
  .map((page) => [page, blocksOf(page).filter(({ notRun }) => notRun === undefined)] as const)
  .filter(([, blocks]) => blocks.length > 0);

test('there are stories', () => expect(stories.length).toBeGreaterThan(3));

describe('every command goes well', () => {
  test.each(stories)('of %s', async (page, blocks) => {
    const settings = { directories: { confirm: true }, ...settingsIn(page) };
    const hf = holdfast({ settings, env: { HOLDFAST_TMUX_SOCKET: 'holdfast' } }); // beside nobody's: TMUX_TMPDIR is its own
    const home = hf.env.HOME ?? '';
    const program = join(home, 'bin', 'holdfast');
    mkdirSync(dirname(program));
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
    chmodSync(program, 0o755);
    const env = { ...hf.env, PATH: `${dirname(program)}:${hf.env.PATH}` };
    const script = blocks.map(({ text }) => text).join('\n');
    const { code, said } = await shell(script, env, hf.work);
    expect(code, said).toBe(0);
  });
});

/** The settings that a page tells its reader to write. */
function settingsIn(page: string): object {
  const [, text] =
    /^ *```json\n( *\{\n *"notify"[\s\S]*?)^ *```$/m.exec(page.startsWith('docs/how-to/') ? textOf(page) : '') ?? [];
  return text === undefined ? {} : JSON.parse(text);
}

/** Runs a script that ends at its first failure; what it said is shown where the test fails. */
function shell(script: string, env: NodeJS.ProcessEnv, cwd: string): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-euxo', 'pipefail', '-c', script], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}
