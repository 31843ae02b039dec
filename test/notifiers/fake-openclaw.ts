import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../fixtures/openclaw/openclaw.js', import.meta.url));

/** One call of the CLI as it came. */
export interface Call {
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly words: readonly string[];
}

/** An `openclaw` CLI of our own, with a gateway that remembers. */
export function fakeOpenClaw() {
  const directory = mkdtempSync(join(tmpdir(), 'oc-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const log = join(directory, 'calls.jsonl');
  const calls = (): readonly Call[] =>
    existsSync(log)
      ? readFileSync(log, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Call) // written by the program of this tree
      : [];
  return {
    command: [process.execPath, PROGRAM, directory],
    /** What is wrong from now on. */
    is: (mode: string): void => writeFileSync(join(directory, 'mode'), mode),
    calls,
    methods: (): readonly string[] => calls().map(({ method }) => method),
  };
}
