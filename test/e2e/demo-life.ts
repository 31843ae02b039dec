import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { demo } from '../../src/agents/demo.ts';
import { advance, noProgress, type Progress } from '../../src/domain/progress.ts';

/** The built demo agent. */
export const PROGRAM = fileURLToPath(new URL('../../dist/demo/main.js', import.meta.url));
/** The conversation of every test: each has a data directory of its own. */
export const CONVERSATION = '0b8a2c9e-7f4d-4d52-9c55-5b7f3c1f6a10';
/** How long a fact is waited for. */
export const patience = { timeout: 5000, interval: 10 };

let directory = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-demo-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** A path in the working directory of this test. */
export const inside = (...names: string[]): string => join(directory, ...names);
/** The text of a file there. */
export const textOf = (name: string): string => readFileSync(inside(name), 'utf8');
/** The transcript of the conversation. */
export const transcript = (): string => inside('data', 'holdfast-demo', 'conversations', `${CONVERSATION}.jsonl`);
/** A prompt of these lines. */
export const script = (...lines: string[]): string => `${lines.join('\n')}\n`;

/** One process of the demo agent. */
export interface Life {
  readonly child: ChildProcess;
  readonly lines: () => string[];
  readonly errors: () => string;
  readonly ended: Promise<number | string>;
}

/** Begins the conversation. */
export const start = (prompt: string | Buffer, ...more: string[]): Life =>
  live(['run', '--json', '--conversation', CONVERSATION, ...more], prompt);
/** Goes on with the conversation. */
export const resume = (prompt = 'Go on.'): Life => live(['resume', CONVERSATION, '--json'], prompt);

function live(words: readonly string[], prompt: string | Buffer): Life {
  const env = { PATH: process.env.PATH, XDG_DATA_HOME: inside('data') };
  const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: directory, env, stdio: 'pipe' });
  children.push(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdin.end(prompt);
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(signal ?? code ?? Number.NaN));
  });
  return { child, lines: () => output.split('\n').slice(0, -1), errors: () => errors, ended };
}

/** What the events of a life add up to, as holdfast reads them. */
export const progressOf = (life: Life): Progress =>
  life
    .lines()
    .flatMap((line) => demo.print.read(JSON.parse(line)))
    .reduce(advance, noProgress);

/** Waits until a step of the script is being done. */
export const inStep = (index: number): Promise<void> =>
  vi.waitFor(() => {
    expect(readFileSync(transcript(), 'utf8')).toContain(`{"type":"step-started","index":${index}}`);
  }, patience);

/** Waits for a pid that a command of the script writes to the file `pid`. */
export const pidOfCommand = (): Promise<number> =>
  vi.waitFor(() => Number(/^\d+(?=\n)/.exec(textOf('pid'))?.[0] ?? expect.fail('no pid yet')), patience);
