import { isDeepStrictEqual } from 'node:util';
import type { Notice } from '../../domain/notice.ts';
import type { NoticeKind } from '../../domain/notice-kind.ts';
import type { Notifier } from '../../domain/notifier.ts';
import type { Spec } from '../../domain/task.ts';
import type { Common, Host } from '../../notifiers/definition.ts';
import { notifierKinds } from '../../notifiers/index.ts';
import { openclaw } from '../../notifiers/openclaw.ts';
import type { NotifySettings } from '../settings-notify.ts';

/** A notifier with what the settings say about it. */
export interface Recipient {
  readonly notifier: Notifier;
  readonly settings: Common;
  /** What the settings say for all of them. */
  readonly kinds?: readonly NoticeKind[] | undefined;
  readonly quietHours?: string | undefined;
}

/** Every notifier of the settings; and OpenClaw always, for a task that came from one of its conversations. */
export function recipientsOf({ to, kinds, quietHours }: NotifySettings, host: Host): readonly Recipient[] {
  const known = Object.values(to).some(({ type }) => type === 'openclaw');
  const all = known ? to : { ...to, openclaw: openclaw.schema.parse({ type: 'openclaw' }) };
  return Object.entries(all).flatMap(([name, settings]) => {
    const kind = notifierKinds.find(({ type }) => type === settings.type);
    return kind ? [{ notifier: kind.create(name, settings, host), settings, kinds, quietHours }] : [];
  });
}

/** Is this notifier to have this notice? The task's own choice comes before that of the settings for all. */
export function wants({ notifier, settings, kinds }: Recipient, notice: Notice, { notify }: Spec): boolean {
  const chosen = notify?.kinds ?? kinds;
  if (chosen && !chosen.includes(notice.kind)) return false;
  if (settings.kinds && !settings.kinds.includes(notice.kind)) return false;
  // A message a minute is for who asked for it: by the task, by the notifier or for all.
  const named = chosen !== undefined || settings.kinds !== undefined;
  if (notice.kind === 'heartbeat' && notifier.heartbeats === 'repeated' && !named) return false;
  return notifier.takes({ notice, ...(notify?.route ? { route: notify.route } : {}) });
}

/** Has one of the same name the same settings? Then it may keep what it remembers: the message that it edits, and when it sent the last. */
export const isAlike = (one: Recipient, other: Recipient): boolean =>
  one.notifier.name === other.notifier.name &&
  one.quietHours === other.quietHours &&
  isDeepStrictEqual(one.settings, other.settings);

/** The quiet hours of a notifier: its own, else those for all where it reaches a person. */
export const quietFor = ({ audience }: Notifier, own: Common, all: string | undefined): string | undefined =>
  own.quietHours ?? (audience === 'person' ? all : undefined);

/** The hours in which a conversation is told without a sound; what its agent has to know does not wait. */
export const hushFor = ({ audience }: Notifier, all: string | undefined): string | undefined =>
  audience === 'conversation' ? all : undefined;
