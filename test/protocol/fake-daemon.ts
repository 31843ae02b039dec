import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { TaskDetail, TaskRow } from '../../src/protocol/methods.ts';

/** One request as it came over the wire. */
export interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** Answers one request; the socket is for those who want to answer in their own way. `undefined`: no answer. */
export type Script = (request: Request, socket: Socket) => unknown;

/** A server that speaks the daemon's protocol by a script. */
export interface FakeDaemon {
  readonly dir: string;
  readonly socket: string;
  readonly requests: Request[];
  readonly connections: Set<Socket>;
  close(): Promise<void>;
}

/** An answer that is an error of the daemon. */
export class Refused {
  readonly error: object;
  constructor(exitCode: number, message: string, code = -32_000) {
    this.error = { code, message, data: { exitCode } };
  }
}

const root = mkdtempSync(join(tmpdir(), 'hf-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A directory of our own for a state directory and its socket; gone when the test file is over. */
export const privateDir = (): string => mkdtempSync(join(root, 'd-'));

/** Listens on `<dir>/daemon.sock`. */
export async function fakeDaemon(script: Script, dir: string = privateDir()): Promise<FakeDaemon> {
  const requests: Request[] = [];
  const connections = new Set<Socket>();
  const socket = join(dir, 'daemon.sock');
  rmSync(socket, { force: true });
  const server = createServer((connection) => {
    connections.add(connection);
    connection.on('error', () => {}); // a client that leaves in the middle is what some tests are about
    connection.on('close', () => connections.delete(connection));
    let rest = '';
    connection.on('data', (chunk) => {
      rest += chunk.toString();
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const request = JSON.parse(line) as Request;
        requests.push(request);
        answer(script(request, connection), request, connection);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  chmodSync(dir, 0o700);
  return { dir, socket, requests, connections, close: () => close(server, connections) };
}

function answer(result: unknown, { id }: Request, connection: Socket): void {
  if (result === undefined) return;
  const body = result instanceof Refused ? { error: result.error } : { result };
  connection.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...body })}\n`);
}

function close(server: Server, connections: Set<Socket>): Promise<void> {
  for (const connection of connections) connection.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A task as the daemon would list it. */
export const row = (over: Partial<TaskRow> = {}): TaskRow => ({
  id: 'fix-login-Ab3dEf',
  name: 'fix-login',
  agent: 'codex',
  state: 'running',
  since: '2026-11-20T10:00:00.000Z',
  createdAt: '2026-11-20T10:00:00.000Z',
  summary: 'edits src/login.ts',
  attempt: 1,
  maxAttempts: 12,
  labels: [],
  cwd: '/work',
  session: 'codex-fix-login',
  tokens: { input: 10, output: 20 },
  tools: 3,
  denied: 0,
  ...over,
});

/** The same with everything that `show` tells. */
export const detail = (over: Partial<TaskDetail> = {}): TaskDetail => ({
  ...row(),
  permissions: 'workspace',
  driver: 'print',
  prompt: { bytes: 12, sha256: 'abcdef0123456789' },
  budget: { ms: 18_000_000, spentMs: 65_000 },
  directory: '/state/tasks/fix-login-Ab3dEf',
  resultFile: '/state/tasks/fix-login-Ab3dEf/result.md',
  attachCommand: 'tmux -L holdfast attach-session -t =codex-fix-login',
  environment: ['HOME', 'PATH'],
  attempts: [],
  followUps: { used: 0 },
  ...over,
});

/** What `hello` says. */
export const hello = {
  version: '0.1.0',
  pid: 4242,
  startedAt: '2026-11-20T10:00:00.000Z',
  stateDir: '/state',
  logFile: '/state/daemon.log',
  tmux: { version: '3.3a', command: ['tmux', '-L', 'holdfast'] },
  tasks: { alive: 1, ended: 2 },
  problems: [],
};
