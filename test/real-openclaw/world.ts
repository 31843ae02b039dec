import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

type Json = Record<string, unknown>;

/** One call of the Bot API. */
export interface TelegramCall {
  readonly method: string;
  readonly params: Json;
}

/** A Bot API on loopback: remembers what it is told to send, and hands on what a person writes. */
export async function telegram() {
  const calls: TelegramCall[] = [];
  const updates: Json[] = [];
  const waiters = new Set<() => void>();
  let messages = 100;
  const news = (offset: number) => updates.filter(({ update_id }) => Number(update_id) >= offset);
  const poll = async (offset: number): Promise<readonly Json[]> => {
    if (news(offset).length === 0)
      await new Promise<void>((resolve) => {
        waiters.add(resolve);
        setTimeout(resolve, 5000).unref();
      });
    return news(offset);
  };
  const act = async (method: string, params: Json): Promise<unknown> => {
    if (method === 'getUpdates') return await poll(Number(params.offset ?? 0));
    calls.push({ method, params });
    const chat = { id: Number(params.chat_id), type: 'private', first_name: 'someone' };
    if (method === 'getMe')
      return { id: 42, is_bot: true, first_name: 'lab', username: 'lab_bot', has_topics_enabled: true };
    if (method === 'sendMessage') return { message_id: ++messages, date: 0, chat, text: params.text };
    if (method === 'editMessageText')
      return { message_id: Number(params.message_id), date: 0, chat, text: params.text };
    if (method === 'getChat') return chat;
    if (method === 'getWebhookInfo') return { url: '', has_custom_certificate: false, pending_update_count: 0 };
    return true;
  };
  const url = await serve(async (path, body) => {
    const method = path.split('/').at(-1)?.split('?')[0] ?? '';
    return { ok: true, result: await act(method, body) };
  });
  return {
    url,
    calls,
    /** What the chats got to read. */
    texts: (): readonly string[] =>
      calls.filter(({ method }) => method === 'sendMessage').map(({ params }) => String(params.text)),
    /** A person writes to the bot. */
    write(text: string, from = 12_345): void {
      const person = { id: from, is_bot: false, first_name: 'someone' };
      const message = { message_id: ++messages, date: 1, chat: { ...person, type: 'private' }, from: person, text };
      updates.push({ update_id: updates.length + 1, message });
      for (const wake of waiters) wake();
      waiters.clear();
    },
  };
}

/** A model on loopback that repeats the end of what it was told. */
export async function model() {
  const prompts: string[] = [];
  let hold: Promise<void> | undefined;
  const url = await serve(async (path, body) => {
    if (path.endsWith('/models')) return { object: 'list', data: [{ id: 'mock-1', object: 'model' }] };
    const { messages } = body as {
      readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
    }; // what OpenClaw sends
    const all = messages ?? [];
    const answered = all.findLastIndex(({ role }) => role === 'assistant');
    const prompt = all
      .slice(answered + 1)
      .filter(({ role }) => role === 'user')
      .map(({ content }) => textOf(content))
      .join('\n');
    prompts.push(prompt);
    await hold;
    return sse(`I have read: ${/event=\S+/.exec(prompt)?.[0] ?? prompt.slice(-40)}`);
  });
  return {
    url: `${url}/v1`,
    prompts,
    /** The next turns take until this is over. */
    holdUntil: (over: Promise<void>): void => {
      hold = over;
    },
  };
}

function sse(text: string): string {
  const chunk = (choices: readonly object[]) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'mock-1', choices })}\n\n`;
  const delta = { role: 'assistant', content: text };
  return `${chunk([{ index: 0, delta, finish_reason: null }])}${chunk([{ index: 0, delta: {}, finish_reason: 'stop' }])}data: [DONE]\n\n`;
}

const textOf = (content: unknown): string =>
  typeof content === 'string' ? content : JSON.stringify(content, undefined, 0).replaceAll('\\n', '\n');

/** A web server on loopback; text is a stream of events, anything else JSON. */
async function serve(answer: (path: string, body: Json) => Promise<unknown>): Promise<string> {
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', async () => {
      const found = await answer(request.url ?? '', bodyOf(Buffer.concat(parts).toString('utf8')));
      const stream = typeof found === 'string';
      response.setHeader('content-type', stream ? 'text/event-stream' : 'application/json');
      response.end(stream ? found : JSON.stringify(found));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
}

function bodyOf(text: string): Json {
  try {
    return JSON.parse(text) as Json; // both sides are programs of this test
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
}
