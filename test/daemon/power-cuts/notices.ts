import { expect } from 'vitest';
import type { Held } from '../../../src/daemon/held.ts';
import type { Log } from '../../../src/daemon/log.ts';
import { openOutbox } from '../../../src/daemon/outbox.ts';
import type { Step } from '../../../src/domain/notice.ts';
import type { Task } from '../../../src/domain/task.ts';
import { NOW, taskIn } from '../../domain/samples.ts';
import { current } from '../disk-fs.ts';
import { notifierThat } from '../outbox/notifier-that.ts';
import { heldIn } from '../samples.ts';
import type { Promised } from './promised.ts';

const LATER = NOW + 72 * 3_600_000;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as Log; // all of it that is used

const running = taskIn({ state: 'running' });
const over: Task = { ...running, seq: running.seq + 1, phase: { state: 'succeeded', why: 'exit 0' } };
const exited = { type: 'exited', attempt: 2, status: 0, livedMs: 1, turn: 'ended', denied: 0 } as const;

/** A task with the last change in its journal: its end, or none that is told. */
function found(task: Task): { readonly held: Held; readonly step: () => Step } {
  const held = heldIn('/tasks/told-AAAAAA', { ...task, since: NOW });
  return { held, step: () => ({ spec: held.spec, before: running, after: task, happening: exited, at: NOW }) };
}
const end = found(over);
const NOTICE = `told-AAAAAA/${over.seq}`;

/** An outbox on the simulated disk, whose notifier reaches everybody. */
async function open({ epoch = 1, now = NOW } = {}) {
  const { notifier, sent } = notifierThat({ result: 'sent' });
  const recipients = [{ notifier, settings: {} }];
  const outbox = await openOutbox({ directory: '/outbox', recipients, epoch, now: () => now, log });
  const until = async (fact: () => boolean): Promise<void> => {
    while (!fact()) await new Promise(setImmediate); // nothing here takes time
  };
  const settled = () =>
    until(() => outbox.records().every(({ deliveries }) => deliveries.every(({ state }) => state !== 'pending')));
  return { outbox, sent, until, settled };
}

/** Tells the end of the task, and waits until it is written down that it was sent. */
async function tellEnd(acknowledge: (what: string) => void) {
  const opened = await open();
  await opened.outbox.tell(end.held, end.step());
  acknowledge('told');
  await opened.settled();
  acknowledge('settled');
  return opened;
}

export const told: Promised = {
  work: async (acknowledge) => void (await tellEnd(acknowledge)),
  look: async (acknowledged) => {
    const { outbox, sent, settled } = await open({ epoch: 2 });
    expect(outbox.problems()).toEqual([]);
    const kept = outbox.records().map(({ notice, deliveries }) => `${notice.id} ${deliveries[0]?.state}`);
    if (acknowledged.includes('told')) expect(kept).toContainEqual(expect.stringContaining(NOTICE));
    if (acknowledged.includes('settled')) expect(kept).toEqual([`${NOTICE} sent`]);
    await outbox.recover([end]);
    await settled();
    expect(sent).toEqual(kept.includes(`${NOTICE} sent`) ? [] : [NOTICE]);
  },
};

export const cleared: Promised = {
  work: async (acknowledge) => {
    await tellEnd(acknowledge);
    current.disk.settle();
    const { outbox, until } = await open({ now: LATER });
    outbox.pump();
    await until(() => outbox.records().length === 0);
    acknowledge('cleared');
  },
  look: async () => {
    const { outbox, sent, settled } = await open({ now: LATER, epoch: 2 });
    expect(outbox.problems()).toEqual([]);
    await outbox.recover([end]);
    await settled();
    expect(sent).toEqual([]);
  },
};

export const ended: Promised = {
  work: async (acknowledge) => {
    const { outbox } = await open();
    current.disk.settle();
    await outbox.close();
    const next = await open({ epoch: 2 });
    await next.outbox.recover([found(running)]);
    expect(next.outbox.records()).toEqual([]);
    acknowledge('back');
  },
  look: async (acknowledged) => {
    const { outbox, settled } = await open({ epoch: 3 });
    await outbox.recover([found(running)]);
    await settled();
    const recovered = outbox.records().map(({ notice }) => notice.kind);
    if (acknowledged.includes('back')) expect(recovered).toEqual(['daemon-recovered']);
  },
};
