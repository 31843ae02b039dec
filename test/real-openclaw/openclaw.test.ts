import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { methods } from '../../src/protocol/methods.ts';
import { type Holdfast, holdfast } from '../e2e/rig.ts';
import { gateway } from './gateway.ts';
import { model, telegram } from './world.ts';

const MAIN = 'agent:main:main';
const slowly = { timeout: 90_000, interval: 200 };

const pendingOf = async (hf: Holdfast) => methods.notices.result.parse(await hf.json('notices', '--pending')).notices;

/** A person has written to the agent, so that the session has a conversation. */
async function conversation() {
  const [chat, mind] = [await telegram(), await model()];
  const hf = holdfast({});
  const claw = await gateway(hf.home, { model: mind.url, telegram: chat.url });
  mkdirSync(hf.inside('.config', 'holdfast'), { recursive: true });
  const notify = { to: { claw: { type: 'openclaw', command: claw.command } } };
  writeFileSync(
    hf.inside('.config', 'holdfast', 'config.json'),
    JSON.stringify({ tickSeconds: 1, directories: { confirm: false }, notify }),
  );
  await claw.start();
  await vi.waitFor(() => expect(chat.calls.some(({ method }) => method === 'getMe')).toBe(true), slowly);
  chat.write('hello');
  await vi.waitFor(() => expect(chat.texts().length, claw.said()).toBeGreaterThan(0), slowly);
  const before = chat.calls.length;
  /** What the chat got since then. */
  const told = () => chat.calls.slice(before).filter(({ method }) => method === 'sendMessage');
  return { hf, chat, mind, claw, told };
}

describe('the real OpenClaw', () => {
  test('wakes its agent with the result, whose answer reaches the right chat, once', async () => {
    const { hf, mind, told, claw } = await conversation();
    const begun = await hf.begin(
      { stdin: '@say all is well\n' },
      'start',
      'demo',
      'one',
      '--prompt-file',
      '-',
      '--session-key',
      MAIN,
    );
    expect(begun).toMatchObject({ code: 0 });
    await hf.end('one');
    await vi.waitFor(async () => expect(await pendingOf(hf), claw.said()).toEqual([]), slowly);
    expect(mind.prompts.filter((prompt) => prompt.includes('[holdfast] task=one event=finished'))).toHaveLength(1);
    const texts = told().map(({ params }) => String(params.text));
    expect(texts.filter((text) => text.includes('one is done'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('I have read: event=finished'))).toHaveLength(1);
    for (const { params } of told()) expect(String(params.chat_id)).toBe('12345');
  });

  test('does so also when the gateway is killed in the middle of the turn', async () => {
    const { hf, mind, told, claw } = await conversation();
    let over: () => void = () => undefined;
    mind.holdUntil(new Promise((resolve) => (over = resolve)));
    await hf.begin(
      { stdin: '@say all is well\n' },
      'start',
      'demo',
      'one',
      '--prompt-file',
      '-',
      '--session-key',
      MAIN,
    );
    await vi.waitFor(() => expect(mind.prompts.at(-1)).toContain('event=finished'), slowly);
    await claw.kill();
    over();
    await claw.start();
    await vi.waitFor(async () => expect(await pendingOf(hf), claw.said()).toEqual([]), slowly);
    const texts = told().map(({ params }) => String(params.text));
    expect(texts.filter((text) => text.includes('one is done'))).toHaveLength(1);
    // The turn is OpenClaw's own from here on: how it takes up one that was cut off, and in which words, is its affair.
    await vi.waitFor(
      () => expect(told().some(({ params }) => String(params.text).includes('I have read'))).toBe(true),
      slowly,
    );
    for (const { params } of told()) expect(String(params.chat_id)).toBe('12345');
  });

  test('has the sign of life in one message, and knows no session that is none', async () => {
    const { hf, chat, claw } = await conversation();
    const notify = {
      heartbeatSeconds: 5,
      to: { claw: { type: 'openclaw', command: claw.command, kinds: ['heartbeat'] } },
    };
    writeFileSync(
      hf.inside('.config', 'holdfast', 'config.json'),
      JSON.stringify({ tickSeconds: 1, directories: { confirm: false }, notify }),
    );
    const stdin = '@run true\n@wait go\n';
    await hf.begin({ stdin }, 'start', 'demo', 'one', '--prompt-file', '-', '--session-key', MAIN);
    await vi.waitFor(
      () => expect(chat.calls.filter(({ method }) => method === 'editMessageText').length).toBeGreaterThan(1),
      slowly,
    );
    expect(chat.texts().filter((text) => text.includes('📡 one'))).toHaveLength(1);
    expect(await hf.cli('start', 'demo', 'two', '--prompt', 'x', '--session-key', 'agent:main:nobody')).toMatchObject({
      code: 2,
    });
  });
});
