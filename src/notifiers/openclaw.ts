import { z } from 'zod';
import { NOTICE_KINDS, type NoticeKind } from '../domain/notice-kind.ts';
import type { Letter, Sending } from '../domain/notifier.ts';
import type { Route } from '../domain/route.ts';
import { which } from '../system/which.ts';
import { defineNotifier } from './definition.ts';
import { callGateway, type Gateway } from './openclaw/gateway.ts';
import { heartbeat, send } from './openclaw/message.ts';
import { wake } from './openclaw/wake.ts';

/** A gateway that was killed has forgotten which messages it had sent, though not which turns it had begun (2026.9.6). */
const RAW = 'raw';
/** The other half: its agent has had its turn, and only the message to the person is still to be sent. */
const WAKE = 'wake';

const SENT: Sending = { result: 'sent' };

/** What the agent may have to act on; everything else is for the person. */
const WAKING: NoticeKind[] = ['finished', 'failed', 'gave-up', 'timeout', 'crashed', 'waiting-input'];

// https://docs.openclaw.ai/gateway/protocol. Verified with openclaw 2026.9.6 in 2026-11.
export const openclaw = defineNotifier({
  type: 'openclaw',
  shape: {
    command: z.array(z.string()).min(1).default(['openclaw']).describe('how to run it, with its own Node if need be'),
    wake: z.array(z.enum(NOTICE_KINDS)).default(WAKING).describe('what wakes the agent'),
  },
  make: ({ command, wake: waking }, { env }) => {
    const gateway: Gateway = { command, env };
    const told = async (letter: Letter, route: Route): Promise<Sending> =>
      letter.done === RAW ? SENT : await send(gateway, { ...letter, silent: true }, route);
    const wakes = ({ notice, route, message }: Pick<Letter, 'notice' | 'route' | 'message'>): boolean =>
      route?.sessionKey !== undefined && route.deliver !== 'raw' && (message?.wake ?? waking.includes(notice.kind));
    return {
      audience: 'conversation',
      heartbeats: 'edited',
      capMs: 60_000,
      timeoutMs: 300_000,
      takes: (letter) => letter.route !== undefined && (letter.route.deliver !== 'agent' || wakes(letter)),
      async check() {
        const [file = ''] = command;
        if ((await which(file, env.PATH ?? '')) === undefined) return `${file} is not on the PATH of the daemon`;
        const reply = await callGateway(gateway, 'health', {});
        return reply.kind === 'done' ? undefined : `its gateway: ${'why' in reply ? reply.why : reply.kind}`;
      },
      async send(letter) {
        const { notice, route } = letter;
        if (!route) return { result: 'refused', why: 'the task came from no conversation' };
        if (notice.kind === 'heartbeat') return await heartbeat(gateway, letter, route);
        if (!wakes(letter)) return await send(gateway, letter, route);
        const raw = route.deliver === 'both' ? await told(letter, route) : undefined;
        const woken = letter.done === WAKE ? SENT : await wake(gateway, letter, raw?.result === 'sent');
        // Where the agent cannot be woken the person hears of it directly.
        return both(raw ?? (woken.result === 'refused' ? await send(gateway, letter, route) : undefined), woken);
      },
    };
  },
});

/** The wake keeps its key, also over the gateway's death; that the message was sent we remember ourselves. Neither half stands for the other. */
function both(raw: Sending | undefined, woken: Sending): Sending {
  if (raw === undefined) return woken;
  if (woken.result === 'later') return raw.result === 'sent' ? { ...woken, done: RAW } : woken;
  if (woken.result === 'sent') {
    if (raw.result === 'later') return { ...raw, done: WAKE };
    return raw.result === 'refused' ? { ...woken, remark: `no message: ${raw.why}` } : woken;
  }
  return raw.result === 'sent' ? { ...raw, remark: `its agent was not woken: ${woken.why}` } : raw;
}
