import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/runner/view.js', import.meta.url));
const patience = { timeout: 5000, interval: 10 };

let directory = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'holdfast-view-')), '2');
  mkdirSync(directory);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(join(directory, '..'), { recursive: true, force: true });
});

interface View {
  readonly child: ChildProcess;
  readonly text: () => string;
  readonly errors: () => string;
  readonly ended: Promise<number | string>;
}

function started(program: string, ...args: string[]): View {
  const env = { PATH: process.env.PATH, NO_COLOR: '1' };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    errors += more;
  });
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(signal ?? code ?? Number.NaN));
  });
  return { child, text: () => text, errors: () => errors, ended };
}

const view = (): View => started(process.execPath, PROGRAM, 'demo', directory);
const line = (event: object): string => `${JSON.stringify(event)}\n`;
const write = (bytes: string | Uint8Array): void => appendFileSync(join(directory, 'events.jsonl'), bytes);
function exit(status: number): void {
  writeFileSync(join(directory, 'exit.tmp'), `{"status":${status},"at":"2026-11-21T00:00:00Z"}\n`);
  renameSync(join(directory, 'exit.tmp'), join(directory, 'exit.json'));
}
const result = line({ type: 'result', ok: true, summary: 'Done.' });
const begun = (shown: View): Promise<void> =>
  vi.waitFor(() => expect(shown.text()).toContain('── attempt 2 · demo ──\n'), patience);

describe('the view of an attempt', () => {
  test('shows what the agent does while it does it, and leaves with 0 after a proven success', async () => {
    const shown = view();
    await begun(shown);
    write(line({ type: 'message', text: 'I begin.' }));
    await vi.waitFor(() => expect(shown.text()).toContain('I begin.\n'), patience);
    write(line({ type: 'command-started', id: '1', command: 'npm test' }));
    await vi.waitFor(() => expect(shown.text()).toContain('$ npm test\n'), patience);
    write(line({ type: 'command-ended', id: '1', command: 'npm test', exitCode: 0, output: '3 passed\n' }));
    write(line({ type: 'usage', input: 10_240, output: 1345 }) + result);
    exit(0);
    expect(await shown.ended).toBe(0);
    expect(shown.text()).toBe(`── attempt 2 · demo ──
I begin.
$ npm test
✓ exit 0
  3 passed
● turn ended
── finished: exit 0, 1 tool, 10.2k in / 1.3k out ──
`);
  });

  test.each<[string, number, string, string]>([
    ['a bad status', 1, result, 'failed after its final event: exit 1'],
    ['exit 0 without a final event', 0, line({ type: 'message', text: 'hi' }), 'left without a final event: exit 0'],
    ['a killed agent', 137, line({ type: 'message', text: 'hi' }), 'died: exit 137 (SIGKILL)'],
    ['no event at all', 1, '', 'died before it began: exit 1'],
  ])('leaves with 1 after %s', async (_, status, events, says) => {
    if (events) write(events);
    exit(status);
    const shown = view();
    expect(await shown.ended).toBe(1);
    expect(shown.text()).toContain(`── ${says} ──\n`);
  });

  test('shows the last words on stderr where the attempt failed', async () => {
    writeFileSync(join(directory, 'stderr.log'), 'demo: no conversation x\u001b[2J\n');
    exit(1);
    const shown = view();
    expect(await shown.ended).toBe(1);
    expect(shown.text()).toContain('\ndemo: no conversation x\n──');
  });

  test('never tears a character or a line, whatever pieces they come in', async () => {
    const shown = view();
    await begun(shown);
    for (const byte of Buffer.from(line({ type: 'message', text: '結 🪢\u2028end' }))) write(Buffer.from([byte]));
    write(`npm WARN\u001b[31m old\n${result}{"type":"mess`);
    exit(0);
    expect(await shown.ended).toBe(0);
    const [, ...lines] = shown.text().split('\n');
    expect(lines).toEqual([
      '結 🪢\u2028end',
      'npm WARN old',
      '● turn ended',
      '{"type":"mess',
      '── finished: exit 0 ──',
      '',
    ]);
  });

  test('reads a growing message of megabytes in each line in seconds', async () => {
    const text = 'kelp '.repeat(200_000);
    for (let n = 1; n <= 20; n += 1) write(line({ type: 'usage', input: 1, output: 1, message: text }));
    write(result);
    exit(0);
    const shown = view();
    expect(await shown.ended).toBe(0);
    expect(shown.text()).toContain('finished: exit 0, 20 in / 20 out');
  });

  test('is not interrupted by what is typed for the agent', async () => {
    const shown = view();
    await begun(shown);
    shown.child.kill('SIGINT');
    shown.child.kill('SIGQUIT');
    write(result);
    exit(0);
    expect(await shown.ended).toBe(0);
  });

  test('leaves quietly when nobody reads it', async () => {
    const shown = view();
    await begun(shown);
    shown.child.stdout?.destroy();
    write(line({ type: 'message', text: 'hello?' }));
    expect(await shown.ended).toBe(1);
    expect(shown.errors()).toBe('');
  });

  test('leaves when its runner is gone', async () => {
    const runner = started('/bin/sh', '-c', '"$@" & wait', 'sh', process.execPath, PROGRAM, 'demo', directory);
    await begun(runner);
    runner.child.kill('SIGKILL');
    expect(await runner.ended).toBe('SIGKILL'); // only now has the last process that held its stdout ended
  });

  test('says which agents there are when it is asked for another', async () => {
    const shown = started(process.execPath, PROGRAM, 'nobody', directory);
    expect(await shown.ended).toBe(1);
    expect(shown.errors()).toMatch(/^view: "nobody" is not an agent: use .*demo/);
  });
});
