import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { throwawayHome } from '../dist/cli/demo/home.js';
import { idleTasks, until } from './home.js';
import { preciseClock } from './numbers.js';

/** So many tasks are alive meanwhile. */
export const TASKS = 10;
const SETTLE_MS = 150;

const now = preciseClock();

/** From the death of an agent to the notice at its receiver, a webhook on loopback: so many times, ms each. @param {number} kills */
export async function noticed(kills) {
  const arrived = new Map();
  const { url, close } = await receiver(arrived);
  const home = throwawayHome(process.env, {
    resume: { baseMinutes: 0, capMinutes: 0, maxAttempts: 1000, fastDeaths: 1000 },
    notify: { to: { hook: { type: 'webhook', url } } },
  });
  try {
    const daemon = await home.context.daemon();
    const tasks = await idleTasks({ ...home, daemon }, TASKS);
    const times = [];
    for (let n = 0; n < kills; n++) times.push(await crash(tasks[n % TASKS], Math.floor(n / TASKS) + 1, arrived));
    return times;
  } finally {
    await home.clear();
    close();
  }
}

/** Notes when which crash was told. @param {Map<string, number>} arrived */
async function receiver(arrived) {
  const server = createServer((request, response) => {
    const at = now();
    let body = '';
    request.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      const { type, data } = JSON.parse(body);
      if (type === 'task.crashed') arrived.set(`${data.task.id}:${data.task.attempt}`, at);
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

async function crash({ id, directory }, attempt, arrived) {
  const agentOf = (n) => join(directory, 'attempts', String(n), 'agent.json');
  const { pid } = JSON.parse(readFileSync(agentOf(attempt), 'utf8'));
  const killedAt = now();
  process.kill(pid, 'SIGKILL');
  await until(() => arrived.has(`${id}:${attempt}`), 10_000);
  const ms = arrived.get(`${id}:${attempt}`) - killedAt;
  await until(() => JSON.parse(readOr(agentOf(attempt + 1), '{}')).pid, 10_000);
  await sleep(SETTLE_MS);
  return ms;
}

function readOr(path, other) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return other;
  }
}
