import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { throwawayHome } from '../../dist/cli/demo/home.js';

const HOLDFAST = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

/** Runs a command of holdfast in colour; gives what it said, line by line, and when. @param {readonly string[]} words */
export function said(words, { env, cwd } = {}) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(process.execPath, [HOLDFAST, ...words, '--color', 'always'], {
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = [];
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const whole = (rest + text).split('\n');
      rest = whole.pop() ?? '';
      const atMs = performance.now() - begin;
      lines.push(...whole.map((line) => ({ text: line, atMs })));
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(lines) : reject(new Error(`${words[0]} ended with ${code}`))));
  });
}

/** A home with a daemon and demo agents that do what we want to show; nothing in it is made up afterwards. */
export function stage() {
  const home = throwawayHome(process.env);
  const { work, env } = home;
  writeFileSync(join(work, 'check.sh'), '#!/bin/sh\nsleep 600\n');
  chmodSync(join(work, 'check.sh'), 0o755);
  const daemon = home.context.daemon();
  const state = async (name) => (await (await daemon).call('show', { task: name })).task;
  return {
    clear: home.clear,
    /** @param {string} name @param {string} prompt */
    async start(name, prompt) {
      await (await daemon).call('start', { agent: 'demo', name, cwd: work, prompt });
    },
    /** Waits until a task has come to this. @param {string} name @param {(task: object) => boolean} fact */
    async until(name, fact) {
      for (const deadline = Date.now() + 30_000; !fact(await state(name)); await sleep(50))
        if (Date.now() > deadline) throw new Error(`${name} did not come to ${fact}`);
    },
    /** Kills the agent of a task as a machine without memory would. @param {string} name */
    async kill(name) {
      const { directory, attempt } = await state(name);
      const record = readFileSync(join(directory, 'attempts', String(attempt), 'agent.json'), 'utf8');
      process.kill(JSON.parse(record).pid, 'SIGKILL');
    },
    /** @param {readonly string[]} words */
    shows: async (words) => (await said(words, { env, cwd: work })).map(({ text }) => ({ text })),
  };
}
