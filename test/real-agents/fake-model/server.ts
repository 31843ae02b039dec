import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRelay } from './relay.ts';
import { play, reply, type Step } from './script.ts';
import { inWireWords, offersShell, toolsOffered } from './tools.ts';

/** A request of an agent's conversation, and how far its answer got. */
export interface Turn {
  /** The body as it came: whatever the agent told the model is in it. */
  readonly body: string;
  readonly step: Step;
  /** When it came, epoch ms. */
  readonly at: number;
  /** Events of the answer that went out. */
  readonly sent: number;
}

/** A model server that follows a script, for agents that take it for their provider. */
export interface FakeModel {
  readonly port: number;
  /** The requests so far, without those for titles and summaries. */
  readonly turns: () => readonly Turn[];
  readonly stop: () => Promise<void>;
}

const MODEL_CALL = /\/(?:responses|messages|chat\/completions)(?:\?|$)/;

/** Starts a model on a free port of 127.0.0.1 that takes one step of the script for each request. */
export async function startFakeModel(steps: readonly Step[]): Promise<FakeModel> {
  const relay = await startRelay();
  const next = play(steps);
  const turns: { body: string; step: Step; at: number; sent: number }[] = [];

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const body = await text(request);
    if (request.method !== 'POST' || !MODEL_CALL.test(path)) {
      return answer(response, 404, { error: { message: 'not found' } });
    }
    const tools = toolsOffered(parsed(body));
    if (!offersShell(tools)) {
      const aside = reply({ text: 'a title' });
      return stream(path, body, tools, aside, response, () => {});
    }
    const turn = { body, step: next(body), at: Date.now(), sent: 0 };
    turns.push(turn);
    return stream(path, body, tools, turn.step, response, () => {
      turn.sent += 1;
    });
  };

  const stream = async (
    path: string,
    body: string,
    tools: readonly string[],
    step: Step,
    to: ServerResponse,
    onEvent: () => void,
  ): Promise<void> => {
    switch (step.kind) {
      case 'silence':
        return;
      case 'hang-up':
        return void to.destroy();
      case 'refusal':
        return answer(to, step.status, step.body, step.headers);
      case 'reply':
        if (step.waitMs) await sleep(step.waitMs);
        return relay.send({ path, body, words: inWireWords(step, tools), reply: step, to, onEvent });
      default:
        step satisfies never;
    }
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => answer(response, 500, { error: { message: String(error) } }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port, // a server that listens on TCP has a port
    turns: () => turns,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await relay.stop();
    },
  };
}

async function text(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // not JSON: a request without tools
  }
}

function answer(
  to: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  to.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
