import { mkdtempSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openLog } from '../../src/daemon/log.ts';
import { loggable } from '../../src/daemon/loggable.ts';
import { LaunchError } from '../../src/domain/driver.ts';
import { Refusal } from '../../src/protocol/errors.ts';
import { Tmux } from '../../src/system/tmux.ts';

const SECRET = 'sk-secret-7f3a';
const thrown = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};
/** What the log makes of it. */
function logged(error: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'hf-log-')), 'log');
  openLog(file, 'info').error({ event: 'x', err: error }, 'failed');
  return readFileSync(file, 'utf8');
}

describe('the log keeps no secret that an error carries', () => {
  test.each<[string, () => unknown]>([
    ['the command line of a child process', () => execa('false', [SECRET])],
    ['the standard error of one', () => execa('sh', ['-c', 'cat >&2; exit 1'], { input: SECRET })],
    ['the environment of one that is not there', () => execa('/none/such', [], { env: { KEY: SECRET } })],
    ['the words of one that is not there', () => execa('/none/such', [SECRET])],
    ['a text that is no JSON', () => JSON.parse(`{"key": ${SECRET}`)],
    ['a value that a schema refuses', () => z.object({ key: z.literal('x') }).parse({ key: SECRET })],
    ['a key that a schema refuses', () => z.strictObject({}).parse({ [SECRET]: 1 })],
    ['a sentence of somebody else', () => Promise.reject(new Error(`cannot send ${SECRET}`))],
    ['a name that is none', () => Promise.reject(Object.assign(new Error('x'), { code: `${SECRET} ` }))],
    ['something that is no error', () => Promise.reject(SECRET)],
    ['the cause of a refusal', () => Promise.reject(new Refusal(1, 'no', { cause: new Error(SECRET) }))],
    ['fields of a refusal', () => Promise.reject(Object.assign(new Refusal(1, 'no'), { request: SECRET }))],
    ['the keys that tmux was to press', () => new Tmux(SECRET, '/none', { PATH: '/none' }).keys('%1', [SECRET])],
    [
      'what tmux was to be told when it does not answer',
      () => new Tmux('x', '/none', { PATH: '/usr/bin:/bin', TMUX_TMPDIR: '/none' }).keys('%1', [SECRET]),
    ],
  ])('%s', async (_, fail) => {
    const error = await thrown(fail);
    expect(logged(error)).not.toContain(SECRET);
    expect(logged(error)).toContain('"err":{"type":');
  });
});

describe('the log keeps of an error', () => {
  test('our own sentence, and the place in the code', () => {
    const { type, message, at } = loggable(new LaunchError('codex is not on the PATH', { permanent: true }));
    expect({ type, message }).toEqual({ type: 'LaunchError', message: 'codex is not on the PATH' });
    expect(at[0]).toMatch(/loggable\.test\.ts:\d+:\d+$/);
  });

  test('what the system refused, and where', async () => {
    expect(loggable(await thrown(() => readFile('/none/such'))).message).toBe('open /none/such ENOENT');
  });

  test('nothing but its kind where it is somebody else’s', () => {
    expect(loggable(new RangeError('a'))).toMatchObject({
      type: 'RangeError',
      message: expect.stringMatching(/not logged/),
    });
  });
});
