import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { TaskDetail } from '../../src/protocol/methods.ts';
import { processesSaying } from './processes.ts';
import { fileOf, type Holdfast, holdfast } from './rig.ts';

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** What the agent itself says that it got. */
const received = (task: TaskDetail): unknown =>
  /"promptSha256":"([0-9a-f]{64})"/.exec(readFileSync(fileOf(task, 1, 'events.jsonl'), 'utf8'))?.[1];

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const SAY = '\n@say hi\n';
const hostile: readonly (readonly [string, string])[] = [
  ['a leading dash', `-rf --help${SAY}`],
  ['a command substitution', `$(touch pwned) \${HOME} \`touch pwned\`; touch pwned & | > pwned${SAY}`],
  ['quotes and backslashes', `'"\\'\\" \\n \\0 %s %n !! ~ *${SAY}`],
  ['CRLF', `one\r\ntwo\r\n@say hi\r\n`],
  ['no line break at its end', '@say hi'],
  ['what tmux would expand or end at', `#S #{pane_id} #(touch pwned) ;${SAY};`],
  ['control characters', `\u001b[31m\u001b[201~\u0007\u0003\u0004${SAY}`],
  ['characters of every width', `結 🪢 é\u0301 \u2028 \u202e${SAY}`],
];
const raw: readonly (readonly [string, Uint8Array])[] = [
  ['NUL', bytes('a', [0, 0], SAY)],
  ['invalid UTF-8', bytes([0xff, 0xfe, 0xc3, 0x28, 0x80], SAY)],
  ['200 kB', bytes('@say hi\n', 'kelp '.repeat(40_000))],
];

describe('a prompt arrives byte for byte', () => {
  const hf = holdfast({ ends: afterAll });
  let tasks = 0;
  /** A task whose prompt is in these words of the line, or on standard input. */
  const given = async (words: readonly string[], stdin: string | Uint8Array = ''): Promise<TaskDetail> => {
    tasks += 1;
    const done = await hf.begin({ stdin }, 'start', 'demo', `prompt-${tasks}`, ...words);
    expect(done).toMatchObject({ code: 0 });
    return await hf.end(`prompt-${tasks}`);
  };
  const expectSame = (task: TaskDetail, prompt: string | Uint8Array): void => {
    expect(task).toMatchObject({
      state: 'succeeded',
      prompt: { bytes: Buffer.byteLength(prompt), sha256: sha256(prompt) },
    });
    expect(received(task)).toBe(sha256(prompt));
    expect(readdirSync(hf.work)).toEqual([]);
  };

  test.each([...hostile.slice(0, 2), ...raw])('from a file: %s', async (_, prompt) => {
    const file = hf.inside('prompt.md');
    writeFileSync(file, prompt);
    expectSame(await given(['--prompt-file', file]), prompt);
  });

  test.each(raw)('from standard input: %s', async (_, prompt) => {
    expectSame(await given(['--prompt-file', '-'], prompt), prompt);
  });

  test.each(hostile)('from the command line: %s', async (_, prompt) => {
    expectSame(await given([`--prompt=${prompt}`]), prompt);
  });

  test('from the next word of the line, where it begins as a list does', async () => {
    const prompt = '- mend the login\n@say hi';
    expectSame(await given(['--prompt', prompt]), prompt);
  });

  test.each(['--json', '-x\n@say hi'])('but not from a next word that is a flag: %j', async (word) => {
    const { code, stderr } = await hf.cli('start', 'demo', 'flag', '--prompt', word);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--prompt needs a value') });
  });

  test('50 MB of it', async () => {
    const prompt = bytes('@say hi\n', 'kelp '.repeat(10_000_000));
    expectSame(await given(['--prompt-file', '-'], prompt), prompt);
  });

  test('and what brought it here is tidied away', () => {
    expect(readdirSync(join(hf.state, 'incoming'))).toEqual([]);
  });

  test('also where the settings of the project are refused', async () => {
    const cwd = join(hf.work, 'greedy');
    mkdirSync(cwd);
    writeFileSync(join(cwd, '.holdfast.json'), '{"allowFull": true}');
    expect((await hf.cli('start', 'demo', 'greedy', '--cwd', cwd, '--prompt', 'x')).code).toBe(78);
    expect(readdirSync(join(hf.state, 'incoming'))).toEqual([]);
  });
});

describe('a prompt is nobody’s business', () => {
  const secret = 'tide-pool-8350'; // every suite its own: others run at the same time
  const script = [secret, '@touch ready', '@wait go', '@say over'];

  test.each<[string, (hf: Holdfast) => Promise<unknown>]>([
    ['on standard input', (hf) => hf.start('secret', script)],
    [
      'in a file',
      (hf) => {
        writeFileSync(hf.inside('secret.md'), script.join('\n'), { mode: 0o600 });
        return hf.cli('start', 'demo', 'secret', '--prompt-file', hf.inside('secret.md'));
      },
    ],
  ])('%s: it never stands in the words of a process, in the log or in a pane’s title', async (_, begin) => {
    const hf = holdfast();
    const seen: unknown[] = [];
    let looks = 0;
    const started = begin(hf).then(() => hf.sees('ready'));
    let over = false;
    void started.finally(() => {
      over = true;
    });
    while (!over) {
      seen.push(...processesSaying(secret));
      looks += 1;
      await new Promise(setImmediate);
    }
    await started;
    seen.push(...processesSaying(secret));
    expect(looks).toBeGreaterThan(3);
    expect(seen).toEqual([]);
    hf.touch('go');
    expect((await hf.end('secret')).state).toBe('succeeded');
    expect(hf.log()).toContain('"event":"exited"');
    expect(hf.log()).not.toContain(secret);
    expect(
      hf.tmux('list-panes', '-a', '-F', '#{pane_title} #{window_name} #{pane_start_command}').stdout,
    ).not.toContain(secret);
  });

  test('everything that is kept is for its owner alone, under a umask of 000 too', async () => {
    const hf = holdfast();
    const words = ['start', 'demo', 'open', '--prompt-file', '-', '--env', 'TOKEN=kelp', '--wait'];
    const stdin = `${secret}\n@once @die SIGKILL\n@write made-by-the-agent text\n`;
    expect((await hf.begin({ umask: '000', stdin }, ...words)).code).toBe(0);
    const modes = [hf.state, hf.inside('run')].flatMap(modesBelow);
    expect(modes.length).toBeGreaterThan(20);
    expect(modes.filter(({ mode }) => mode & 0o077)).toEqual([]);
    const files = modes.filter(({ path }) => /\.(md|json|jsonl|ndjson|log)$/.test(path));
    expect(new Set(files.map(({ mode }) => mode.toString(8)))).toEqual(new Set(['600']));
    expect(lstatSync(join(hf.work, 'made-by-the-agent')).mode & 0o777).toBe(0o666); // the operator's umask is for the agent
  });

  test('and neither are the values of the environment', async () => {
    const hf = holdfast();
    await hf.start('env', ['@wait go'], '--env', `TOKEN=${secret}`);
    expect(processesSaying(secret)).toEqual([]);
    expect((await hf.cli('show', 'env', '--json')).stdout).not.toContain(secret);
    expect((await hf.cli('explain', 'env', '--json')).stdout).not.toContain(secret);
    expect((await hf.task('env')).environment).toContain('TOKEN');
    expect(hf.log()).not.toContain(secret);
  });
});

test('a directory whose name a shell or tmux would read otherwise is taken as it is', async () => {
  const hf = holdfast();
  const cwd = join(hf.work, "#S $(touch pwned) 'x'; é");
  mkdirSync(cwd);
  await hf.start('odd', ['@write here text'], '--cwd', cwd);
  expect(await hf.end('odd')).toMatchObject({ state: 'succeeded', cwd });
  expect(readdirSync(cwd)).toEqual(['here']);
});

function modesBelow(directory: string): readonly { readonly path: string; readonly mode: number }[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => {
    const path = join(directory, name);
    return { path, mode: lstatSync(path).mode & 0o777 };
  });
}
