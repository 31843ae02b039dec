import { z } from 'zod';
import { runProgram } from '../../system/program.ts';

/** How the `openclaw` CLI is reached. It finds its own credential: we never read its configuration, and hold no token. */
export interface Gateway {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** So long may the CLI take to start, beyond the time for the call. */
  readonly marginMs?: number;
}

/** What became of a call, sorted by what is to be done about it. */
export type Reply =
  | { readonly kind: 'done'; readonly value: unknown }
  /** The gateway is away, restarting or overloaded. */
  | { readonly kind: 'later'; readonly why: string }
  /** The gateway took it and tries by itself: sending it again would double it. */
  | { readonly kind: 'queued' }
  /** A wrong token, a wrong request: the same call fails for ever. */
  | { readonly kind: 'refused'; readonly why: string }
  /** It answered with another error, which may or may not pass. */
  | { readonly kind: 'failed'; readonly why: string }
  /** We carry OpenClaw's mark of an `exec` child; it asks not to be tricked, so we are not to take the mark off. */
  | { readonly kind: 'inside-exec'; readonly why: string };

const CALL_MS = 20_000;
/** A cold start of the CLI took 1.2 to 8 s (openclaw 2026.9.6, 2 cores). */
const MARGIN_MS = 15_000;

const failure = z.object({
  ok: z.literal(false),
  error: z.looseObject({
    kind: z.string().optional(),
    code: z.string().optional(),
    message: z.string().default(''),
    reason: z.string().optional(),
    retryable: z.boolean().optional(),
    details: z.looseObject({ code: z.string().optional(), httpStatus: z.number().optional() }).optional(),
  }),
});

/** Calls a method of the gateway with `openclaw gateway call`. Exit status 1 means everything, so the text decides. */
export async function callGateway(
  { command, env, marginMs = MARGIN_MS }: Gateway,
  method: string,
  params: object,
  timeoutMs = CALL_MS,
): Promise<Reply> {
  const flags = ['--params', JSON.stringify(params), '--timeout', String(timeoutMs), '--json'];
  const argv = [...command, 'gateway', 'call', method, ...flags];
  const { status, why, stdout, stderr } = await runProgram({ argv, env, timeoutMs: timeoutMs + marginMs });
  const value = parsed(stdout);
  if (status === 0)
    return value === undefined ? { kind: 'later', why: 'it answered with no JSON' } : { kind: 'done', value };
  const told = failure.safeParse(value);
  if (told.success) return classified(told.data.error);
  const text = `${stdout}\n${stderr}`;
  if (text.includes('from agent exec'))
    return { kind: 'inside-exec', why: 'the daemon was started by an OpenClaw agent' };
  return { kind: 'later', why: `${command[0]} ${why}` };
}

/** Runs another command of the CLI; true where it ended well. */
export async function runOpenClaw({ command, env }: Gateway, words: readonly string[]): Promise<boolean> {
  return (await runProgram({ argv: [...command, ...words], env, timeoutMs: 2 * CALL_MS })).status === 0;
}

const QUEUED = 'OUTBOUND_DELIVERY_QUEUED';
const DOWN = /ECONNREFUSED|ECONNRESET|HTTP 503|not reachable/;

function classified(error: z.output<typeof failure>['error']): Reply {
  const { kind, code, message, reason = '', retryable, details } = error;
  const why = message.split('\n', 1)[0]?.slice(0, 200) ?? '';
  if (details?.code === QUEUED) return { kind: 'queued' };
  if (message.includes('from agent exec')) return { kind: 'inside-exec', why };
  const away = retryable || kind === 'closed' || details?.httpStatus === 503 || DOWN.test(message + reason);
  if (away) return { kind: 'later', why };
  return code === 'INVALID_REQUEST' || details?.code === 'AUTH_TOKEN_MISMATCH'
    ? { kind: 'refused', why }
    : { kind: 'failed', why };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.slice(Math.max(0, text.indexOf('{')))); // a warning may stand before it
  } catch {
    return undefined;
  }
}
