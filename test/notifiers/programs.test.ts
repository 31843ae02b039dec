import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as timeout } from 'node:timers/promises';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { parseTaskName } from '../../src/domain/ids.ts';
import { command } from '../../src/notifiers/command.ts';
import { desktop } from '../../src/notifiers/desktop.ts';
import { marker } from '../../src/notifiers/marker.ts';
import { noticeDocument } from '../../src/protocol/notices.ts';
import { runProgram } from '../../src/system/program.ts';
import { secretOf } from '../../src/system/secret.ts';
import { host, letter, notice, passing } from './letters.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nf-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
});

const read = (name: string): string => readFileSync(join(dir, name), 'utf8');
const script = (name: string, text: string): string => {
  writeFileSync(join(dir, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(dir, name), 0o700);
  return join(dir, name);
};

describe('a command', () => {
  const run = (text: string) =>
    command.create('c', { type: 'command', argv: [script('it', text), 'a b', '$HOME'] }, host());

  test('gets the notice as JSON on its standard input, its parts as variables, and its arguments as they are', async () => {
    const sending = await run(`cd ${dir}; cat > in; printf '%s|' "$@" > args; env > env`).send(letter());
    expect(sending).toEqual({ result: 'sent' });
    expect(noticeDocument.parse(JSON.parse(read('in'))).id).toBe('fix-AAAAAA/7');
    expect(read('args')).toBe('a b|$HOME|');
    expect(read('env')).toContain('HOLDFAST_EVENT=finished\n');
  });

  test.each([
    ['exit 0', { result: 'sent' }],
    ['exit 1', { result: 'later' }],
    ['exit 75', { result: 'later' }],
    ['exit 64', { result: 'refused' }],
    ['kill -9 $$', { result: 'later' }],
  ])('that does "%s" is %j', async (text, expected) => {
    expect(await run(text).send(letter())).toMatchObject(expected);
  });

  test('that prints what it knows is told of by its status alone', async () => {
    const sending = await run(`cat; env; cat >&2; echo kelp-4711 | tee /dev/stderr; exit 1`).send(letter());
    expect(sending).toEqual({ result: 'later', why: `${join(dir, 'it')} ended with 1` });
  });

  test.each([
    ['exit 0', 'sent'],
    ['exit 1', 'later'],
  ])('that leaves a child with its output open has ended as it did: %s', async (text, result) => {
    onTestFinished(() => void process.kill(Number(read('child'))));
    const sending = run(`sleep 60 & echo $! > ${join(dir, 'child')}; echo told; ${text}`).send(letter());
    expect(await Promise.race([sending, timeout(10_000, 'it is waited for')])).toMatchObject({ result });
  });

  test('that is not there is found by a check', async () => {
    const made = command.create('c', { type: 'command', argv: ['no-such-program'] }, host());
    expect(await made.check()).toContain('not on the PATH');
    expect(await made.send(letter())).toMatchObject({ result: 'later', why: 'no-such-program is not there' });
  });

  test('that never ends is ended', async () => {
    const argv = [script('hang', 'exec sleep 60')];
    expect(await runProgram({ argv, env: {}, timeoutMs: 100 })).toMatchObject({ why: 'did not end in 0.1 s' });
  });
});

describe('the desktop', () => {
  test.runIf(process.platform === 'linux')(
    'gets the words as arguments, so that no quote in them ends anything',
    async () => {
      script('notify-send', `printf '%s\\n' "$@" > ${join(dir, 'args')}`);
      const made = desktop.create('d', { type: 'desktop' }, host({ PATH: `${dir}:/usr/bin:/bin` }));
      expect(await made.send(letter(notice({ sentence: `"; rm -rf / ' <b>` })))).toEqual({ result: 'sent' });
      expect(read('args')).toBe(`-a\nholdfast\n--\nholdfast: fix\n"; rm -rf / ' &lt;b>\n`);
    },
  );
});

describe('a marker', () => {
  test('is there when the task is over, and not before', async () => {
    const made = marker.create('m', { type: 'marker', directory: join(dir, 'done') }, host());
    expect(made.takes({ notice: passing() })).toBe(false);
    expect(made.takes({ notice: notice() })).toBe(true);
    await made.send(letter());
    const task = { id: 'fix-AAAAAA', attempt: 2 };
    expect(JSON.parse(read('done/fix.done'))).toMatchObject({ kind: 'finished', task });
  });

  test('is gone when a task of its name begins, and that of another is not', async () => {
    const made = marker.create('m', { type: 'marker', directory: dir }, host());
    for (const name of ['fix', 'other']) await made.send(letter(notice({ task: { name } })));
    await made.begins?.(parseTaskName('fix'));
    await made.begins?.(parseTaskName('never-there'));
    expect(readdirSync(dir)).toEqual(['other.done']);
  });
});

describe('a secret', () => {
  test('comes from a variable or a file, without the space around it', async () => {
    writeFileSync(join(dir, 'token'), ' abc\n', { mode: 0o600 });
    expect(await secretOf(`file:${join(dir, 'token')}`, {})).toBe('abc');
    expect(await secretOf('env:T', { T: 'def' })).toBe('def');
    await expect(secretOf('env:T', {})).rejects.toThrow('env:T is not there');
    await expect(secretOf('env:T', { T: ' ' })).rejects.toThrow('env:T is empty');
  });
});
