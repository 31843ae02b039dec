import { Readable } from 'node:stream';
import { main } from '../../src/cli/main.ts';

/** Where and how a command line is run. */
export interface Shell {
  readonly env?: Record<string, string>;
  readonly stdin?: Buffer | string | Readable;
  readonly tty?: boolean;
  readonly cwd?: string;
}

/** Runs one command line in this process, as a shell would in another. */
export async function holdfast(
  line: readonly string[],
  { env = {}, stdin = '', tty = false, cwd = '/work' }: Shell = {},
) {
  let stdout = '';
  let stderr = '';
  const input = stdin instanceof Readable ? stdin : Readable.from(stdin.length > 0 ? [Buffer.from(stdin)] : []);
  const code = await main(line, {
    env,
    stdin: Object.assign(input, { isTTY: tty }),
    stdout: {
      isTTY: tty,
      write: (text) => {
        stdout += text;
      },
    },
    stderr: {
      write: (text) => {
        stderr += text;
      },
    },
    cwd: () => cwd,
  });
  return { code, stdout, stderr };
}
