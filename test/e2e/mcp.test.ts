import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { methods } from '../../src/protocol/methods.ts';
import { holdfast, type Wishes } from './rig.ts';
import { until } from './until.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

/** The SDK's own client, which started `holdfast mcp` as an agent would. */
async function connected(wishes: Wishes = {}) {
  const hf = holdfast(wishes);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp'],
    env: hf.env,
    stderr: 'ignore',
  });
  const client = new Client({ name: 'test', version: '1' });
  const troubles: unknown[] = [];
  client.onerror = (error) => void troubles.push(error);
  await client.connect(transport);
  onTestFinished(() => client.close());
  /** Calls a tool; the text of its answer. */
  const call = async (name: string, args: Readonly<Record<string, unknown>> = {}) => {
    const { content, isError } = await client.callTool({ name, arguments: { ...args } });
    const [first] = content;
    return { text: first?.type === 'text' ? first.text : expect.fail('no text'), isError: isError === true };
  };
  const json = async (name: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const { text, isError } = await call(name, args);
    expect(isError, text).toBe(false);
    return JSON.parse(text);
  };
  const start = (name: string, script: readonly string[]) =>
    json('task_start', { agent: 'demo', name, cwd: hf.work, prompt: script.join('\n') });
  return { hf, client, transport, call, json, start, troubles };
}

describe('the tools', () => {
  test('are made from the methods of the daemon, and leave consent to the operator', async () => {
    const { client } = await connected();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'task_start',
      'task_list',
      'task_show',
      'task_logs',
      'task_send',
      'task_answer',
      'task_stop',
      'task_retry',
      'task_wait',
    ]);
    for (const { name, inputSchema } of tools) {
      const method = methods[name.slice('task_'.length) as keyof typeof methods]; // one that is none has no params
      expect(Object.keys(method.params.shape)).toEqual(
        expect.arrayContaining(Object.keys(inputSchema.properties ?? {})),
      );
    }
    const start = Object.keys(tools[0]?.inputSchema.properties ?? {});
    for (const kept of ['trust', 'env', 'promptFile', 'dryRun', 'consent', 'allow']) expect(start).not.toContain(kept);
  });

  test('take a task from its start to its result', async () => {
    const { hf, call, json, start, troubles } = await connected();
    const { task } = methods.start.result.parse(
      await start('port', ['@say I begin.', '@wait go', '@say All is ported.']),
    );
    expect(task).toMatchObject({ name: 'port', agent: 'demo', cwd: hf.work });
    expect((await call('task_wait', { tasks: ['port'], waitMs: 50 })).text).toMatch(/^still running; .*\n\{/);
    await vi.waitFor(
      async () => expect((await call('task_logs', { task: 'port' })).text).toContain('I begin.'),
      10_000,
    );
    hf.touch('go');
    expect(await json('task_wait', { tasks: ['port'] })).toMatchObject({ over: true, tasks: [{ state: 'succeeded' }] });
    expect(await json('task_show', { task: 'port' })).toMatchObject({
      schema: 1,
      task: { lastMessage: 'Done: 3 steps in 1 turn.' },
    });
    expect(await json('task_list', { states: ['succeeded'] })).toMatchObject({ tasks: [{ name: 'port' }] });
    expect(troubles).toEqual([]);
  });

  test('answer, type into and stop a task', async () => {
    const { hf, call, json, start } = await connected();
    await start('asks', ['@ask Which one?', '@wait never']);
    await until(async () => (await hf.task('asks')).state === 'waiting-input');
    expect(await json('task_answer', { task: 'asks', text: 'the left' })).toMatchObject({ sent: expect.any(String) });
    await until(async () => (await hf.task('asks')).state === 'running');
    expect(await call('task_send', { task: 'asks', text: 'hello' })).toMatchObject({ isError: true });
    await json('task_stop', { task: 'asks', graceMs: 100 });
    expect(await json('task_wait', { tasks: ['asks'] })).toMatchObject({ tasks: [{ state: 'cancelled' }] });
  });

  test('do not wait for each other', async () => {
    const { hf, call, json, start } = await connected();
    await start('long', ['@wait go']);
    const waiting = call('task_wait', { tasks: ['long'] });
    expect(await json('task_list')).toMatchObject({ tasks: [{ name: 'long' }] });
    hf.touch('go');
    expect((await waiting).text).toContain('"over":true');
  });
});

describe('a refusal is an answer that says the way out', () => {
  test('where nobody consented to the directory', async () => {
    const { hf, call } = await connected({ settings: { directories: { confirm: true } } });
    const task = { agent: 'demo', name: 'fix', cwd: hf.work, prompt: 'x' };
    expect(await call('task_start', task)).toEqual({
      isError: true,
      text: expect.stringMatching(/holdfast trust .*\(exit code 77\)/),
    });
    expect(await call('task_start', { ...task, trust: true })).toEqual({
      isError: true,
      text: expect.stringContaining('trust'),
    });
    expect(await hf.list()).toEqual([]);
  });

  test.each([
    ['of a task that does not exist', 'task_show', { task: 'nobody' }, /\(exit code 3\)/],
    ['of a wait beyond what clients bear', 'task_wait', { tasks: ['x'], waitMs: 60_000 }, /50000/],
  ])('%s', async (_, name, args, says) => {
    const { call } = await connected();
    expect(await call(name, args)).toEqual({ isError: true, text: expect.stringMatching(says) });
  });
});

test('the server survives the daemon, and ends with its client', async () => {
  const { hf, client, transport, json, start } = await connected();
  await start('one', ['@wait go']);
  await hf.killDaemon();
  expect(await json('task_list')).toMatchObject({ tasks: [{ name: 'one' }] }); // a new daemon took over
  const pid = transport.pid ?? expect.fail('no process');
  await client.close();
  await until(() => !isAlive(pid));
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
