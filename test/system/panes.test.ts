import { expect, test, vi } from 'vitest';
import { ExhaustedError } from '../../src/system/command.ts';
import { panesOf } from '../../src/system/panes.ts';
import { type Pane, TmuxError } from '../../src/system/tmux.ts';

const pane: Pane = {
  session: 'demo-fix',
  id: '%1',
  mark: 'fix-abcdef',
  dead: false,
  attached: false,
  inMode: false,
  drawnAt: 0,
  server: 7,
};

function asked() {
  const tmux = { panes: vi.fn(async (): Promise<readonly Pane[]> => [pane]) };
  let at = 1000;
  const panes = panesOf(tmux, () => at);
  const pass = (ms: number): void => {
    at += ms;
  };
  return { tmux, panes, pass, times: () => tmux.panes.mock.calls.length };
}

/** Lets tmux answer its next question only when it is told what. */
function late({ panes }: ReturnType<typeof asked>['tmux']): (list: readonly Pane[]) => void {
  let answer: (list: readonly Pane[]) => void = () => undefined;
  panes.mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  return (list) => answer(list);
}

test('a list is asked for anew by whoever wants the present one', async () => {
  const { panes, times } = asked();
  await panes.refresh();
  await panes.refresh();
  expect(times()).toBe(2);
  expect(panes.latest()).toMatchObject({ server: 7 });
});

test('and only where the last is too old by who is content with one of some seconds', async () => {
  const { panes, pass, times } = asked();
  await panes.refresh(5000); // there is none yet
  pass(4999);
  await panes.refresh(5000);
  expect(times()).toBe(1);
  pass(1);
  await panes.refresh(5000);
  expect(times()).toBe(2);
});

test('who asks while an answer is under way shares it', async () => {
  const { panes, times } = asked();
  await Promise.all([panes.refresh(), panes.refresh(), panes.refresh(5000)]);
  expect(times()).toBe(1);
});

test('what was asked before a change is not believed, and not shared either', async () => {
  const { tmux, panes, times } = asked();
  await panes.refresh();
  panes.outdate();
  await panes.refresh(5000);
  expect(times()).toBe(2);
  const answer = late(tmux);
  const before = panes.refresh();
  panes.outdate();
  await panes.refresh(5000);
  answer([{ ...pane, dead: true }]);
  await before;
  expect(times()).toBe(4);
  expect(panes.latest()?.byMark.get(pane.mark)).toMatchObject({ dead: false });
});

test('who has asked before a change gets an answer that is no older than the question', async () => {
  const { tmux, panes } = asked();
  await panes.refresh();
  const answer = late(tmux);
  const question = panes.refresh();
  panes.outdate();
  answer([{ ...pane, dead: true }]);
  await question;
  expect(panes.latest()?.byMark.get(pane.mark)).toMatchObject({ dead: true });
});

test('a tmux that does not answer is not asked again by who is content with its last word', async () => {
  const { tmux, panes, times } = asked();
  tmux.panes.mockRejectedValue(new TmuxError('list-panes', 'unknown', 'no answer in 4000 ms'));
  await panes.refresh();
  await panes.refresh(5000);
  expect(times()).toBe(1);
  expect(panes.latest()).toBeUndefined();
});

test('no server means no panes', async () => {
  const { tmux, panes } = asked();
  tmux.panes.mockRejectedValue(new TmuxError('list-panes', 'no-server', 'no server running'));
  await panes.refresh();
  expect(panes.latest()?.byMark.size).toBe(0);
});

test('where no process can be started nothing is known, and it is said why until tmux can be asked again', async () => {
  const { tmux, panes } = asked();
  tmux.panes.mockRejectedValueOnce(new ExhaustedError('no process can be started just now'));
  await panes.refresh();
  expect(panes.latest()).toBeUndefined();
  expect(panes.exhausted()).toBe('no process can be started just now');
  await panes.refresh();
  expect(panes.latest()?.byMark.size).toBe(1);
  expect(panes.exhausted()).toBeUndefined();
});
