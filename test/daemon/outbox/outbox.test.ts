import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Recipient } from '../../../src/daemon/outbox/recipients.ts';
import type { Outline } from '../../../src/daemon/outbox/record.ts';
import type { TaskId } from '../../../src/domain/ids.ts';
import { noticeAbout } from '../../../src/domain/notice.ts';
import type { NoticeKind } from '../../../src/domain/notice-kind.ts';
import type { Spec } from '../../../src/domain/task.ts';
import { MINUTE, NOW } from '../../domain/samples.ts';

import { dir, down, eventually, found, open, over, running, spec, tell } from './opened.ts';

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

  test.each<[string, (path: string) => void, RegExp]>([
    ['torn', (path) => writeFileSync(path, '{"v":1,"not'), /it is damaged; remove it/],
    ['none of ours', (path) => writeFileSync(path, '{"v":1}'), /it is damaged; remove it/],
    ['a directory', (path) => mkdirSync(path), /it is damaged; remove it/],
    ['of a newer version', (path) => writeFileSync(path, '{"v":2}'), /newer version.*2.*; upgrade/],
  ])('a file that is %s is passed over, kept, and told as a problem', async (_, put, why) => {
    await open();
    const path = join(dir, 'outbox', 'x.json');
    put(path);
    const { outbox, sent } = await open();
    await outbox.recover([found(over)]);
    await eventually(() => expect(sent).toEqual(['fix-AAAAAA/6']));
    expect(outbox.problems()).toEqual([expect.stringMatching(`^notice ${path} is kept`)]);
    expect(outbox.problems()[0]).toMatch(why);
    expect(readFileSync(join(dir, 'log'), 'utf8')).toContain('notice-unread');
    expect(existsSync(path)).toBe(true);
  });

  test('a notice that a newer version has on its way is left to that one', async () => {
    await open();
    const path = join(dir, 'outbox', 'fix-AAAAAA.6.json');
    writeFileSync(path, '{"v":2}');
    const { outbox, sent } = await open();
    await outbox.recover([found(over)]);
    expect(sent).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('{"v":2}');
  });

  test('a last change that cannot be understood costs the notice of it, and no other', async () => {
    const { outbox, sent } = await open();
    const { held } = found(over, { id: 'odd-BBBBBB' as TaskId }); // as mkdtemp makes them
    const odd = (): never => {
      throw new Error('a state of tomorrow');
    };
    await outbox.recover([{ held, step: odd }, found(over)]);
    await eventually(() => expect(sent).toEqual(['fix-AAAAAA/6']));
    expect(outbox.problems()).toEqual([expect.stringMatching(/^task odd-BBBBBB: .*a state of tomorrow/)]);
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

  const beat = noticeAbout('heartbeat', { spec, task: running, cause: '', at: NOW, id: 'beat' });
  const report = { type: 'reported', attempt: 2, text: '3 of 7' } as const;
  const told = { spec, before: running, after: { ...running, seq: 6 }, happening: report, at: NOW };
  test.each<[string, string[], Partial<Recipient>, Partial<Spec>]>([
    ['of progress, and of no signs of life, who asks for nothing', ['fix-AAAAAA/6'], {}, {}],
    [
      'of both who asks for both',
      ['fix-AAAAAA/6', 'beat'],
      { settings: { kinds: kinds('heartbeat', 'progress') } },
      {},
    ],
    ['of both where they are chosen for all', ['fix-AAAAAA/6', 'beat'], { kinds: kinds('heartbeat', 'progress') }, {}],
    [
      'of both of a task that asks for both, though they are left out for all',
      ['fix-AAAAAA/6', 'beat'],
      { kinds: kinds('finished') },
      { notify: { kinds: kinds('heartbeat', 'progress') } },
    ],
    [
      'of neither of a task that asks for something else, though they are chosen for all',
      [],
      { kinds: kinds('heartbeat', 'progress') },
      { notify: { kinds: kinds('finished') } },
    ],
  ])('%s', async (_, expected, recipient, given) => {
    const made = await open({ result: 'sent' }, recipient);
    const wish = { ...spec, ...given };
    await made.outbox.tell({ dir }, { ...told, spec: wish });
    await eventually(() => expect(made.outbox.records().flatMap(statesOf)).not.toContain('pending'));
    made.outbox.beat(beat, wish);
    expect(made.sent).toEqual(expected); // a letter that may go is handed over at once
  });
});

const statesOf = ({ deliveries }: Outline) => deliveries.map(({ state }) => state);
