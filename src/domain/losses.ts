import type { LossCause } from './happening.ts';

/** Each loss in words. */
export const LOSSES: Readonly<Record<LossCause, string>> = {
  reboot: 'the machine was started again',
  'tmux-server': 'the tmux server died',
  session: 'its tmux session, or its pane in it, was ended from outside',
  runner: 'its runner was killed',
  unclaimed: 'nobody claimed the attempt in time',
  daemon: 'the daemon was started again',
  hung: 'it hung',
};

/** These befall every task at once and are no failure of the agent. */
export const NOBODYS_FAULT: readonly LossCause[] = ['reboot', 'tmux-server', 'daemon'];

/** The loss that all tasks had in common, by the words that a notice gives as its cause; nothing where it was a task's own. */
export const commonLoss = (cause: string): LossCause | undefined =>
  NOBODYS_FAULT.find((each) => LOSSES[each] === cause);
