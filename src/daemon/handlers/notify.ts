import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Notice } from '../../domain/notice.ts';
import type { Letter, Notifier } from '../../domain/notifier.ts';
import { plainText } from '../../domain/plain-text.ts';
import type { Route } from '../../domain/route.ts';
import { isFinal } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import type { Context } from '../context.ts';
import type { Held } from '../held.ts';
import { trySending } from '../outbox/try-sending.ts';
import { routeOf } from './route.ts';

/** Tries the notifiers: `check` looks for what would keep them from sending, `test` sends, `send` sends words of the operator. */
export async function notify(context: Context, params: Parsed<'notify'>): Promise<Result<'notify'>> {
  const route = params.route && (await routeOf(context, params.route));
  const letter = params.action === 'check' ? undefined : letterFor(params, route);
  const chosen = choose(context, params, route);
  if (letter !== undefined && chosen.length === 0)
    throw new Refusal(EXIT.usage, 'there is nobody to send it to: the settings name no notifier, see docs/notices.md');
  const notifiers = await Promise.all(
    chosen.map((notifier) => (letter === undefined ? checked(notifier) : tried(notifier, letter))),
  );
  return { notifiers, ...(route ? { route } : {}) };
}

/** OpenClaw is one of them only where the settings, the caller or a living task name it: nobody needs to have it. */
export function choose(
  { outbox, settings, supervisor }: Pick<Context, 'outbox' | 'settings' | 'supervisor'>,
  { action, notifier: name }: Parsed<'notify'>,
  route?: Route,
): readonly Notifier[] {
  const named = Object.keys(settings.notify.to);
  const isRouted = ({ spec, task }: Held) => spec.notify?.route !== undefined && !isFinal(task.phase);
  const all = route !== undefined || (action === 'check' && supervisor.tasks.some(isRouted));
  const known = outbox.notifiers.filter((each) => all || named.includes(each.name) || each.name === name);
  const chosen = name === undefined ? known : known.filter((each) => each.name === name);
  if (chosen.length > 0 || name === undefined) return chosen;
  throw new Refusal(
    EXIT.usage,
    `there is no notifier ${JSON.stringify(name)}: the settings name ${named.join(', ') || 'none'}`,
  );
}

async function checked(notifier: Notifier) {
  const problem = await notifier.check();
  return {
    name: notifier.name,
    ok: problem === undefined,
    what: problem ?? 'nothing found that would keep it from sending',
  };
}

function letterFor({ action, message, wake }: Parsed<'notify'>, route: Route | undefined): Letter {
  const notice = sample(Date.now());
  const letter = { notice, earlier: [], silent: false, ...(route ? { route } : {}) };
  if (action !== 'send') return letter;
  if (message === undefined) throw new Refusal(EXIT.usage, 'there is nothing to send: say what with --message');
  if (wake && route?.sessionKey === undefined)
    throw new Refusal(EXIT.usage, '--wake needs --session-key: without it there is no agent to wake');
  return { ...letter, notice: { ...notice, sentence: plainText(message) }, message: { text: message, wake } };
}

async function tried(notifier: Notifier, letter: Letter) {
  const sending = await trySending(notifier, letter, 0);
  const what = sending.result === 'sent' ? (sending.remark ?? 'sent') : `${sending.result}: ${sending.why}`;
  return { name: notifier.name, ok: sending.result === 'sent', what };
}

/** A notice about nothing. It is not of the kinds that wake an agent. */
const sample = (at: number): Notice => ({
  id: `test/${at}-${randomUUID().slice(0, 8)}`,
  kind: 'progress',
  at,
  task: {
    id: 'test',
    name: 'test',
    agent: 'demo',
    session: 'demo-test',
    cwd: '/',
    labels: [],
    state: 'succeeded',
    over: true,
    attempt: 1,
    maxAttempts: 1,
    permissions: 'read-only',
    budgetMs: 0,
    ranMs: 0,
  },
  cause: 'a test',
  sentence: `📍 holdfast on ${hostname()} can reach you`,
});
