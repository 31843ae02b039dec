import { z } from 'zod';
import type { Letter, Sending } from '../../domain/notifier.ts';
import { callGateway, type Gateway, type Reply, runOpenClaw } from './gateway.ts';
import { rawText, wakeText } from './words.ts';

const WAIT_MS = 30_000;
/** A turn of the model may take minutes; this long we stay, then we ask again by the outbox's own schedule. */
const ROUNDS = 4;
const ASK_AGAIN_MS = 30_000;

const ended = z.looseObject({
  status: z.string(),
  error: z.unknown().optional(),
  terminalDelivery: z.looseObject({ status: z.string() }).optional(),
});

/**
 * Wakes the agent of the session with the news as its own input and waits for its turn. The key makes it one turn, also
 * when it is asked for again, and also when the gateway is killed in between (openclaw 2026.9.6). `told`: the person has
 * the message already.
 */
export async function wake(gateway: Gateway, letter: Letter, told: boolean): Promise<Sending> {
  const { id } = letter.notice;
  const sessionKey = letter.route?.sessionKey;
  const message = wakeText(letter, told);
  const reply = await callGateway(gateway, 'agent', { message, sessionKey, deliver: true, idempotencyKey: id });
  if (reply.kind === 'inside-exec') return await event(gateway, letter, reply.why);
  if (reply.kind !== 'done') return sendingOf(reply);
  for (let round = 0; round < ROUNDS; round++) {
    const waited = await callGateway(gateway, 'agent.wait', { runId: id, timeoutMs: WAIT_MS }, WAIT_MS + 10_000);
    if (waited.kind !== 'done') return sendingOf(waited);
    const end = verdictOf(waited.value);
    if (end) return end;
  }
  return { result: 'later', why: 'the turn of its agent is not over', afterMs: ASK_AGAIN_MS };
}

/** Proof is the delivery of the agent's reply, or its choice to say nothing. */
function verdictOf(value: unknown): Sending | undefined {
  const parsed = ended.safeParse(value);
  if (!parsed.success) return { result: 'later', why: 'agent.wait answered something new' };
  const { status, terminalDelivery } = parsed.data;
  if (status === 'error') return { result: 'refused', why: 'the turn of its agent failed' };
  if (status !== 'ok') return undefined;
  if (terminalDelivery?.status === 'failed')
    return { result: 'refused', why: "its agent's reply could not be delivered" };
  return { result: 'sent' };
}

/** From inside an agent's `exec` a system event is all that is allowed: a weak wake, which the model may pass over. */
async function event(gateway: Gateway, letter: Letter, why: string): Promise<Sending> {
  const { sessionKey } = letter.route ?? {};
  const text = rawText(letter);
  const words = [
    'system',
    'event',
    '--text',
    text,
    '--mode',
    'now',
    ...(sessionKey ? ['--session-key', sessionKey] : []),
  ];
  if (!(await runOpenClaw(gateway, words))) return { result: 'later', why: 'openclaw system event failed' };
  return { result: 'sent', remark: `${why}, so its agent is woken weakly: run the daemon as a service` };
}

/** What a failed call means for the letter. */
export function sendingOf(reply: Exclude<Reply, { kind: 'done' }>): Sending {
  switch (reply.kind) {
    case 'later':
    case 'failed':
      return { result: 'later', why: reply.why };
    case 'queued':
      return { result: 'sent', remark: 'the gateway delivers it by itself' };
    case 'refused':
    case 'inside-exec':
      return { result: 'refused', why: reply.why };
    default:
      return reply satisfies never;
  }
}
