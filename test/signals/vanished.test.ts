import { describe, expect, test } from 'vitest';
import { vanished } from '../../src/signals/vanished.ts';
import { known, seen, task } from './seen.ts';

const gone = { runner: 'gone' } as const;
const exit = { status: 0, at: 0 };
const lost = (cause: string) => ({ type: 'vanished', attempt: 2, cause });

describe('vanished', () => {
  test.each([
    ['a runner that is gone without a record', seen({ ...gone, pane: 'dead' }), lost('runner')],
    ['the same while tmux cannot be asked', seen({ ...gone, pane: 'unknown' }), lost('runner')],
    ['its session gone with it', seen({ ...gone, pane: 'missing' }), lost('session')],
    ['its tmux server gone with it', seen({ ...gone, pane: 'other-server' }), lost('tmux-server')],
    ['a machine that was started again', seen({ rebooted: true }), lost('reboot')],
    ['a runner that lives', seen(), undefined],
    ['a runner that lives although tmux lists no pane: tmux is no witness', seen({ pane: 'missing' }), undefined],
    ['a runner that recorded the end', seen({ ...gone, exit }), undefined],
    ['a recorded end before the machine was started again', seen({ ...gone, exit, rebooted: true }), undefined],
    ['a runner that we saw leave', seen({ runner: 'left', pane: 'dead' }), lost('runner')],
    ['a runner that we saw leave before it claimed', seen({ runner: 'left', claim: 'none' }), lost('unclaimed')],
    ['a pane that is over before anybody claimed', seen({ ...gone, claim: 'none', pane: 'dead' }), lost('unclaimed')],
    ['no claim yet, so no runner', seen({ ...gone, claim: 'none' }), undefined],
    ['a claim that the daemon took', seen({ ...gone, claim: 'revoked' }), undefined],
    ['a runner of which nothing is known', seen({ runner: 'unknown' }), undefined],
  ])('%s', (_, observation, expected) => {
    expect(vanished.read(observation, task(), known())).toEqual(expected);
  });
});
