import { request, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply as WireReply } from '@copilotkit/aimock';
import { LLMock } from '@copilotkit/aimock';
import type { Reply } from './script.ts';

/** One streamed answer on its way to the agent. */
export interface Stream {
  readonly path: string;
  readonly body: string;
  readonly words: WireReply;
  readonly reply: Reply;
  readonly to: ServerResponse;
  /** Called for each event that went out. */
  readonly onEvent: () => void;
}

/** Turns replies into the wire formats (OpenAI Responses and chat completions, Anthropic Messages) and sends them on. */
export interface Relay {
  readonly send: (stream: Stream) => void;
  readonly stop: () => Promise<void>;
}

/** Starts the library that knows the wire formats. It has no word for a stream that stalls: that is what we relay for. */
export async function startRelay(): Promise<Relay> {
  const mock = new LLMock({ port: 0, logLevel: 'silent' });
  const waiting = new Map<string, WireReply>();
  mock.on({}, ({ _context = '' }) => waiting.get(_context));
  await mock.start();
  let count = 0;

  const send = (stream: Stream): void => {
    const id = `request-${++count}`;
    waiting.set(id, stream.words);
    const headers = { 'content-type': 'application/json', 'x-aimock-context': id };
    const upstream = request(
      { host: '127.0.0.1', port: mock.port, method: 'POST', path: stream.path, headers },
      (from) => {
        stream.to.writeHead(from.statusCode ?? 500, {
          'content-type': from.headers['content-type'] ?? 'application/json',
        });
        stream.to.flushHeaders();
        from.setEncoding('utf8');
        forward(from, stream)
          .catch(() => stream.to.destroy())
          .finally(() => waiting.delete(id));
      },
    );
    upstream.on('error', () => stream.to.destroy());
    upstream.end(stream.body);
  };
  return { send, stop: () => mock.stop() };
}

/** Passes on one server-sent event at a time: blocks of lines, ended by an empty one. */
async function forward(from: AsyncIterable<string>, { reply, to, onEvent }: Stream): Promise<void> {
  let rest = '';
  let sent = 0;
  for await (const part of from) {
    rest += part;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      if (reply.fault && sent >= reply.fault.afterEvents) return fail(reply.fault.kind, to);
      if (reply.paceMs) await sleep(reply.paceMs);
      to.write(inNamespaces(rest.slice(0, end + 2)));
      rest = rest.slice(end + 2);
      sent += 1;
      onEvent();
    }
  }
  if (reply.fault) fail(reply.fault.kind, to);
  else to.end(rest);
}

/** Codex has tools in namespaces, of which the library has not heard: `collaboration.spawn_agent`. */
const inNamespaces = (event: string): string =>
  event.replaceAll(/"name":"(\w+)\.(\w+)"/g, '"namespace":"$1","name":"$2"');

/** A stall needs no deed: nothing more is sent, and the connection stays open. */
function fail(kind: 'stall' | 'drop', to: ServerResponse): void {
  if (kind === 'drop') to.destroy();
}
