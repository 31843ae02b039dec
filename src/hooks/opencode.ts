// Inside of opencode (a plugin): tells the attempt what `opencode run --format json` would tell, and a little more, and gives
// it its prompt without anybody typing.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

/** The little of opencode's plugin API that is needed here, as of 1.18. */
interface Client {
  readonly session: {
    readonly create: (wish: object) => Promise<{ readonly data?: { readonly id: string }; readonly error?: unknown }>;
    readonly promptAsync: (wish: object) => Promise<{ readonly error?: unknown }>;
  };
  readonly tui: { readonly publish: (wish: object) => Promise<unknown> };
}
interface Told {
  readonly type: string;
  readonly properties: {
    readonly sessionID?: string;
    readonly part?: {
      readonly type: string;
      readonly callID?: string;
      readonly reason?: string;
      readonly time?: { readonly end?: number };
      readonly state?: { readonly status: string };
    };
    readonly status?: { readonly type: string };
    readonly error?: unknown;
    /** Of a permission that is asked for: its own, and the call that waits for it. */
    readonly id?: string;
    readonly tool?: { readonly callID?: string };
    /** Of its answer. */
    readonly requestID?: string;
  };
}

interface Call {
  readonly callID: string;
}

/** One line of the events. */
interface Line {
  readonly type: string;
  readonly [field: string]: unknown;
}

const { HOLDFAST_EVENTS: events = '', HOLDFAST_PROMPT: prompt = '', HOLDFAST_OPENCODE: wish = '{}' } = process.env;
const tell = (event: object): void => appendFileSync(events, `${JSON.stringify(event)}\n`);
/** The screen takes a moment until it listens, on a busy machine many; to be shown what is shown changes nothing. */
const SHOWN_AFTER_MS = [300, 1500, 4000, 8000, 16_000];
/** A turn that was left open is told of when nobody has gone on within this time: who refuses by `holdfast answer` says at once what now. */
const LEFT_AFTER_MS = 3000;

/** The plugin. Outside of an attempt, and in an opencode that this one starts as a tool, it does nothing. */
export const holdfast = async ({ client }: { readonly client: Client }) => {
  if (!isFirst()) return {};
  const { session, ...rest } = JSON.parse(wish);
  const { title, ...body } = rest;
  let ours: string | undefined = session;
  let busy = false;
  const ends = watchEnds(() => tell({ sessionID: ours, type: 'left' }));

  const begin = async (): Promise<void> => {
    ours ??= (await client.session.create({ body: { title } })).data?.id;
    if (ours === undefined) throw new Error('no session could be made');
    tell({ type: 'session', sessionID: ours });
    const parts = [{ type: 'text', text: readFileSync(prompt, 'utf8') }];
    const { error } = await client.session.promptAsync({ path: { id: ours }, body: { ...body, parts } });
    if (error) throw new Error(JSON.stringify(error));
    const shown = { type: 'tui.session.select', properties: { sessionID: ours } };
    if (!session) for (const ms of SHOWN_AFTER_MS) setTimeout(() => void client.tui.publish({ body: shown }), ms);
  };
  // after this function has returned: until then the server answers nobody
  setTimeout(() => {
    begin().catch((error: unknown) =>
      tell({ type: 'error', error: { name: 'holdfast', data: { message: String(error) } } }),
    );
  }, 100);

  return {
    // before a tool asks, whatever it is; what it tells with its question need not hold all that it was given
    'tool.execute.before': async ({ callID }: Call, { args }: { readonly args?: unknown }): Promise<void> => {
      inputs.set(callID, args);
    },
    'tool.execute.after': async ({ callID }: Call): Promise<void> => {
      inputs.delete(callID);
    },
    event: async ({ event }: { readonly event: Told }): Promise<void> => {
      const { sessionID, status } = event.properties;
      if (sessionID === undefined || sessionID !== ours) return;
      // it says so several times in a turn, once more after the final event; only the first begins a turn
      if (status?.type === 'busy' && !busy) tell({ sessionID, type: 'busy' });
      if (status) busy = status.type !== 'idle';
      ends(event, busy);
      const line = lineOf(event);
      if (line?.type === 'tool_running' && !isNews(event.properties.part?.callID)) return; // again with each output
      if (line) tell({ sessionID, ...line });
    },
  };
};

/** Sees with each event whether a turn was left open: it came to no end, and nobody goes on. */
function watchEnds(isLeft: () => void): (event: Told, busy: boolean) => void {
  let open = false;
  let left: NodeJS.Timeout | undefined;
  return (event, busy) => {
    open = isOpen(event) ?? open;
    if (busy || !open) clearTimeout(left);
    else if (event.type === 'session.idle') left = setTimeout(isLeft, LEFT_AFTER_MS);
  };
}

/** Does a turn stand open after this? An error ends it, and so does a person who interrupts it; a call that was refused does not. */
function isOpen({ type, properties: { part } }: Told): boolean | undefined {
  if (type === 'session.error') return false;
  if (part?.type === 'step-start') return true;
  return part?.type === 'step-finish' ? part.reason !== 'stop' : undefined;
}

/** As `run` tells it; `tool_running`, `retry`, `permission` and `replied` are beside that. */
function lineOf({ type, properties }: Told): Line | undefined {
  const { part, status, error } = properties;
  if (type === 'session.error') return { type: 'error', error };
  if (type === 'permission.asked') return asked(properties);
  if (type === 'permission.replied') return replied(properties);
  if (type === 'session.status' && status?.type === 'retry') return { type: 'retry', status };
  if (type !== 'message.part.updated' || !part) return undefined;
  switch (part.type) {
    case 'step-start':
      return { type: 'step_start', part };
    case 'step-finish':
      return { type: 'step_finish', part };
    case 'text':
      return part.time?.end === undefined ? undefined : { type: 'text', part };
    case 'tool':
      if (part.state?.status === 'running') return { type: 'tool_running', part };
      if (part.state?.status === 'pending') return undefined;
      inputs.delete(part.callID ?? ''); // `tool.execute.after` does not tell of a call that failed
      return { type: 'tool_use', part };
    default:
      return undefined;
  }
}

function asked(properties: Told['properties']): Line {
  const { id, tool } = properties;
  if (id && tool?.callID) waiting.set(id, tool.callID);
  return { type: 'permission', asked: properties, input: inputs.get(tool?.callID ?? '') };
}

/** Whoever answered it, and however long the tool takes now. */
function replied({ requestID = '' }: Told['properties']): Line {
  const call = waiting.get(requestID);
  return call === undefined ? { type: 'busy' } : { type: 'replied', call };
}

/** Each call once. */
function isNews(call: string | undefined): boolean {
  if (call === undefined || calls.has(call)) return false;
  calls.add(call);
  return true;
}

const calls = new Set<string>();

/** What the calls that run were given, by their ids. */
const inputs = new Map<string, unknown>();

/** The calls that wait for a permission, by the id of the request. */
const waiting = new Map<string, string>();

/** Its environment is inherited by all that it starts: who makes this file is the one that was meant. */
function isFirst(): boolean {
  if (!events || !prompt) return false;
  try {
    writeFileSync(`${events}.begun`, '', { flag: 'wx', mode: 0o600 });
    return true;
  } catch {
    return false; // made by another
  }
}
