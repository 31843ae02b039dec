import type { Sending } from '../../../src/domain/notifier.ts';

/** A notifier that answers like this, with everything that it was given. */
export function notifierThat(answer: Sending) {
  const sent: string[] = [];
  const notifier = {
    name: 'n',
    audience: 'program',
    folds: 'nothing',
    heartbeats: 'repeated',
    takes: () => true,
    gapMs: 0,
    capMs: 60_000,
    timeoutMs: 1000,
    check: async () => undefined,
    send: async ({ notice }: { readonly notice: { readonly id: string } }) => {
      sent.push(notice.id);
      return answer;
    },
  } as const;
  return { notifier, sent };
}
