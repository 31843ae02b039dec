import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { demo } from '../../../src/agents/demo.ts';
import type { Held } from '../../../src/daemon/held.ts';
import { openLog } from '../../../src/daemon/log.ts';
import type { Recipient } from '../../../src/daemon/outbox/recipients.ts';
import { type Found, openOutbox } from '../../../src/daemon/outbox.ts';
import { parseTaskName, type TaskId } from '../../../src/domain/ids.ts';
import type { NoticeKind } from '../../../src/domain/notice-kind.ts';
import type { Sending } from '../../../src/domain/notifier.ts';
import type { Spec, Task } from '../../../src/domain/task.ts';
import { MINUTE, NOW, policy, taskIn } from '../../domain/samples.ts';

/** On a busy machine a write to disk alone may take longer than the second that vitest waits by default. */
const eventually = (holds: () => void): Promise<void> => vi.waitFor(holds, 15_000);

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ob-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
});

const spec: Spec = {
  schema: 1,
  id: 'fix-AAAAAA' as TaskId, // as mkdtemp makes them
  name: parseTaskName('fix'),
  agent: 'demo',
  session: 'demo-fix',
  cwd: '/work',
  createdAt: NOW,
  labels: [],
  permissions: 'workspace',
  chosenId: '00000000-0000-4000-8000-000000000000',
  prompt: { bytes: 1, sha256: '' },
  policy,
};
const running = taskIn({ state: 'running' });
const over: Task = { ...running, seq: 6, phase: { state: 'succeeded', why: 'exit 0' } };
const exited = { type: 'exited', attempt: 2, status: 0, livedMs: 1, turn: 'ended', denied: 0 } as const;

const found = (task: Task, given: Partial<Spec> = {}): Found => {
  const held: Held = {
    spec: { ...spec, ...given },
    agent: demo,
    dir,
    journal: { entries: async () => [], append: async () => undefined },
    task: { ...task, since: NOW },
  };
  return { held, step: () => ({ spec: held.spec, before: running, after: task, happening: exited, at: NOW }) };
};

/** An outbox whose notifier answers like this, with everything that it was given. */
async function open(answer: Sending = { result: 'sent' }, recipient: Partial<Recipient> = {}, now = NOW) {
  const sent: string[] = [];
  const notifier = {
    name: 'n',
    audience: 'program',
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
  const outbox = await openOutbox({
    directory: join(dir, 'outbox'),
    recipients: [{ notifier, settings: {}, ...recipient }],
    epoch: 4,
    now: () => now,
    log: openLog(join(dir, 'log'), 'info'),
  });
  return { outbox, sent };
}

const tell = async ({ outbox }: Awaited<ReturnType<typeof open>>, { held, step }: Found) => {
  const last = step?.();
  if (last) await outbox.tell(held, last);
};
const down: Sending = { result: 'later', why: 'down', afterMs: 0 };

describe('after a daemon that was killed', () => {
  test('between journal and outbox, the notice is told all the same', async () => {
    const { outbox, sent } = await open();
    await outbox.recover([found(over)]);
    await eventually(() => expect(sent).toEqual(['fix-AAAAAA/6']));
  });

  test('between write and delivery, it is delivered under the same id', async () => {
    const first = await open(down);
    await tell(first, found(over));
    await eventually(() => expect(first.sent).toEqual(['fix-AAAAAA/6']));
    await eventually(() => expect(first.outbox.records()[0]?.deliveries[0]?.tries).toBe(1));
    const second = await open({ result: 'sent' }, {}, NOW + MINUTE);
    await second.outbox.recover([found(over)]);
    await eventually(() => expect(second.sent).toEqual(['fix-AAAAAA/6']));
  });

  test('after the delivery, it is not delivered again', async () => {
    const first = await open();
    await tell(first, found(over));
    await eventually(() => expect(first.outbox.records()[0]?.deliveries[0]?.state).toBe('sent'));
    const second = await open();
    await second.outbox.recover([found(over)]);
    second.outbox.pump();
    expect(second.sent).toEqual([]);
  });

  test('nothing was shown as delivered that was not so on disk', async () => {
    const made = await open();
    await tell(made, found(over));
    const shown = () => made.outbox.records()[0]?.deliveries[0]?.state;
    while (shown() === 'pending') await new Promise(setImmediate); // at the very moment: a poll would come too late
    expect(shown()).toBe('sent');
    expect(readFileSync(join(dir, 'outbox', 'fix-AAAAAA.6.json'), 'utf8')).toContain('"state":"sent"');
  });

  test('every task at work is announced as supervised again, once for each daemon', async () => {
    const { outbox, sent } = await open();
    await outbox.recover([found(running)]);
    await eventually(() => expect(sent).toEqual(['fix-AAAAAA/5-recovered-4']));
  });

  test('what happened a day ago and more is no news', async () => {
    const { outbox } = await open({ result: 'sent' }, {}, NOW + 25 * 60 * MINUTE);
    await outbox.recover([found(over)]);
    expect(outbox.records()).toEqual([]);
  });

  test('a file that is none of ours is passed over', async () => {
    await open();
    writeFileSync(join(dir, 'outbox', 'x.json'), '{"v":1}');
    expect((await open()).outbox.records()).toEqual([]);
  });
});

describe('after an orderly end', () => {
  const HOUR = 60 * MINUTE;

  test('nothing old is derived anew, and the mark of it holds once', async () => {
    await (await open({ result: 'sent' }, {}, NOW + HOUR)).outbox.close();
    const second = await open({ result: 'sent' }, {}, NOW + HOUR);
    await second.outbox.recover([found(over), found(running)]);
    expect(second.outbox.records()).toEqual([]);
    const third = await open({ result: 'sent' }, {}, NOW + HOUR);
    await third.outbox.recover([found(over)]);
    expect(third.outbox.records()).toHaveLength(1);
  });

  test('what was journalled in its last moment is told all the same', async () => {
    await (await open()).outbox.close();
    const { outbox, sent } = await open();
    await outbox.recover([found(over)]);
    await eventually(() => expect(sent).toEqual(['fix-AAAAAA/6']));
  });
});

describe('who is told', () => {
  const kinds = (...names: NoticeKind[]) => names;
  test.each<[string, boolean, Partial<Recipient>, Partial<Spec>]>([
    ['everything without a word', true, {}, {}],
    ['what the settings choose for all', false, { kinds: kinds('failed') }, {}],
    ['what the settings choose for the notifier', false, { settings: { kinds: kinds('failed') } }, {}],
    [
      'what the task chooses, before what is chosen for all',
      true,
      { kinds: kinds('failed') },
      { notify: { kinds: kinds('finished') } },
    ],
    ['nothing of a task that wants none of it', false, {}, { notify: { kinds: [] } }],
    [
      'what the notifier wants, whatever the task',
      false,
      { settings: { kinds: kinds('failed') } },
      { notify: { kinds: kinds('finished') } },
    ],
  ])('%s', async (_, expected, recipient, given) => {
    const made = await open({ result: 'sent' }, recipient);
    await tell(made, found(over, given));
    const states = () => made.outbox.records().map(({ deliveries }) => deliveries[0]?.state);
    await eventually(() => expect(states()).toEqual(expected ? ['sent'] : []));
    expect(readdirSync(join(dir, 'outbox'))).toHaveLength(expected ? 1 : 0);
  });
});
