import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { NODE, OPENCLAW } from './install.ts';

/** Addresses of what stands in for the world. */
interface World {
  readonly model: string;
  readonly telegram: string;
}

const config = (port: number, world: World) => ({
  gateway: {
    mode: 'local',
    port,
    bind: 'loopback',
    auth: { mode: 'token', token: 'a-token-of-this-test-0000000000000' },
    controlUi: { enabled: false },
    reload: { mode: 'off' },
  },
  models: {
    mode: 'merge',
    providers: {
      mock: {
        baseUrl: world.model,
        apiKey: 'not-a-key',
        api: 'openai-completions',
        models: [
          {
            id: 'mock-1',
            name: 'Mock',
            reasoning: false,
            input: ['text'],
            cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
            contextWindow: 200_000,
            maxTokens: 4096,
          },
        ],
      },
    },
  },
  agents: { defaults: { model: { primary: 'mock/mock-1' }, skipBootstrap: true } },
  discovery: { mdns: { mode: 'off' } },
  update: { checkOnStart: false },
  plugins: { allow: ['telegram'], entries: { telegram: { enabled: true } } },
  channels: {
    telegram: {
      enabled: true,
      botToken: '111111:a-bot-token-of-this-test-000000000000',
      apiRoot: world.telegram,
      dmPolicy: 'allowlist',
      allowFrom: ['12345'],
    },
  },
});

/** A real gateway on loopback, with its configuration in this home. */
export async function gateway(home: string, world: World) {
  const port = await freePort();
  mkdirSync(join(home, '.openclaw'), { mode: 0o700 });
  writeFileSync(join(home, '.openclaw', 'openclaw.json'), JSON.stringify(config(port, world)), { mode: 0o600 });
  const env = {
    HOME: home,
    PATH: `${join(NODE, '..')}:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    OPENCLAW_DISABLE_BONJOUR: '1',
    OPENCLAW_SKIP_UPDATE_CHECK: '1',
  };
  let child: ChildProcess | undefined;
  let said = '';
  const start = async (): Promise<void> => {
    child = spawn(NODE, [OPENCLAW, 'gateway', 'run'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
    const isUp = async () => (await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined))?.ok;
    await vi.waitFor(async () => expect(await isUp(), said).toBe(true), { timeout: 120_000, interval: 200 });
  };
  const kill = async (): Promise<void> => {
    const dying = child;
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
    const gone = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);
  return { start, kill, said: () => said, command: [NODE, OPENCLAW] };
}

/** A port that nobody has just now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
