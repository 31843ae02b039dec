import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/daemon/context.ts';
import { notices } from '../../../src/daemon/handlers/notices.ts';
import { openLog } from '../../../src/daemon/log.ts';
import { openOutbox } from '../../../src/daemon/outbox.ts';
import { MINUTE, NOW } from '../../domain/samples.ts';
import { dir, down, eventually, found, open, over, tell } from './opened.ts';

const HOUR = 60 * MINUTE;

/** The outbox of a daemon without any notifier, this long after a notice that the last one could not deliver. */
async function withoutNotifier(ms: number) {
  const before = await open(down);
  await tell(before, found(over));
  await eventually(() => expect(before.outbox.records()[0]?.deliveries[0]?.tries).toBe(1));
  const log = openLog(join(dir, 'log'), 'info');
  const outbox = await openOutbox({
    directory: join(dir, 'outbox'),
    recipients: [],
    epoch: 5,
    now: () => NOW + ms,
    log,
  });
  await outbox.recover([]);
  outbox.pump();
  const shown = async () => {
    const answer = await notices({ outbox } as Context, { pending: false }); // it reads nothing else of it
    return answer.notices.flatMap(({ deliveries }) => deliveries);
  };
  return { outbox, shown };
}

describe('what waits for a notifier that is not in the settings any more', () => {
  const why = 'the settings have no notifier of this name';

  test('waits for it to come back, and says so', async () => {
    const { shown } = await withoutNotifier(23 * HOUR);
    expect(await shown()).toMatchObject([{ notifier: 'n', state: 'pending', why }]);
  });

  test('is given up when it is too old, like everything else', async () => {
    const { shown } = await withoutNotifier(25 * HOUR);
    await eventually(async () => expect(await shown()).toMatchObject([{ notifier: 'n', state: 'expired', why }]));
  });
});
