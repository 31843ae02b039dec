import { describe, expect, test } from 'vitest';
import { folded, foldKey } from '../../src/domain/fold.ts';
import { LOSSES } from '../../src/domain/losses.ts';
import type { Notice } from '../../src/domain/notice.ts';
import { notice } from '../notifiers/letters.ts';

const cause = '401 Unauthorized (log in again: claude /login)';
const auth = (name: string) =>
  notice({
    kind: 'failed',
    cause,
    task: { id: `${name}-AAAAAA`, name, agent: 'claude', state: 'failed', failure: 'auth' },
  });
const lossOf = (kind: Notice['kind'], why: string, name = 'a') =>
  notice({ kind, cause: why, task: { id: `${name}-AAAAAA`, name, agent: name, state: 'backing-off', over: false } });
const fleet = (count: number) => Array.from({ length: count }, (_, index) => auth(`t${index + 1}`));
const one = ([first = auth('t0'), ...more]: readonly ReturnType<typeof auth>[]) => folded([first, ...more]);

describe('what befalls a fleet', () => {
  test.each([
    ['a login that has expired', auth('a'), 'claude/auth'],
    ['credit that is gone', notice({ kind: 'failed', task: { failure: 'billing' } }), 'codex/billing'],
    [
      'a quota that is used up',
      notice({ kind: 'rate-limited', task: { failure: 'usage-limit' } }),
      'codex/usage-limit',
    ],
    ['a bad flag, which is the task’s own', notice({ kind: 'failed', task: { failure: 'bad-flag' } }), undefined],
    ['an end without a known cause', notice({ kind: 'failed' }), undefined],
    ['a success', notice(), undefined],
    ['a tmux server that died', lossOf('crashed', LOSSES['tmux-server']), 'crashed/tmux-server'],
    ['what goes on after it', lossOf('resumed', LOSSES['tmux-server']), 'resumed/tmux-server'],
    ['a machine that was started again', lossOf('crashed', LOSSES.reboot), 'crashed/reboot'],
    ['a session that was ended, which is the task’s own', lossOf('crashed', LOSSES.session), undefined],
    ['a crash of the agent', lossOf('crashed', 'killed by signal 9'), undefined],
    ['a task given up for it', lossOf('gave-up', LOSSES['tmux-server']), undefined],
    ['a daemon that is back', notice({ id: 'a-AAAAAA/5-recovered-4', kind: 'daemon-recovered' }), 'daemon-recovered/4'],
  ])('is known by its cause: %s', (_, about, key) => {
    expect(foldKey(about, 'fleet')).toBe(key);
  });

  test('is an account’s where a program is told of each task; nothing where each has a file', () => {
    const [login, loss] = [auth('a'), lossOf('crashed', LOSSES.reboot)];
    expect([login, loss].map((about) => foldKey(about, 'account'))).toEqual(['claude/auth', undefined]);
    expect([login, loss].map((about) => foldKey(about, 'nothing'))).toEqual([undefined, undefined]);
  });

  test('is told as one: how many, which, why, and the way out', () => {
    expect(one(fleet(200)).sentence).toBe(
      `❌ 200 tasks of claude failed (t1, t2, t3, t4, t5 and 195 more): ${cause}; then: holdfast retry --failed-by auth`,
    );
    expect(one(fleet(2)).sentence).toContain('2 tasks of claude failed (t1, t2): 401');
  });

  test('is told of a daemon that is back as one, whatever agents it supervises', () => {
    const back = ['codex', 'claude'].map((agent) =>
      notice({ kind: 'daemon-recovered', cause: '', task: { id: `${agent}-AAAAAA`, agent, name: agent } }),
    );
    expect(one(back).sentence).toBe('🛟 2 tasks are supervised again (codex, claude)');
  });

  test.each([
    ['crashed', '💥 3 tasks crashed at once (a, b, c): the tmux server died; they are resumed, the oldest first'],
    ['resumed', '🔁 3 tasks go on (a, b, c) after: the tmux server died'],
  ] as const)('is told of a tmux server that died as one, whatever agents were in it: %s', (kind, sentence) => {
    expect(one(['a', 'b', 'c'].map((name) => lossOf(kind, LOSSES['tmux-server'], name))).sentence).toBe(sentence);
  });

  test('is no fleet where it befalls one task again: the latest of its notices', () => {
    const [early, late] = [10, 20].map((at) => ({ ...auth('t1'), at, id: `t1/${at}` }));
    if (!early || !late) throw new Error('two were made');
    expect(folded([early, late])).toEqual({ ...late, id: 't1/10+1' });
    expect(folded([early, auth('t2'), late]).sentence).toContain('2 tasks of claude failed (t1, t2)');
  });

  test('is another notice when more of it is told', () => {
    expect(new Set([1, 2, 3].map((count) => one(fleet(count)).id)).size).toBe(3);
    expect(one(fleet(3)).id).toBe(one(fleet(3)).id);
  });

  test('is one task’s own where it is one', () => {
    expect(one(fleet(1))).toEqual(auth('t1'));
  });
});
