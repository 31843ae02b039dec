import { type Pane, type Tmux, TmuxError } from '../system/tmux.ts';

/** The latest list of all panes: one tmux call serves every task. */
export interface Panes {
  readonly refresh: () => Promise<void>;
  /** By the mark that we gave them; nothing while tmux cannot be asked. */
  readonly latest: () => ReadonlyMap<string, Pane> | undefined;
}

export function panesOf(tmux: Tmux): Panes {
  let latest: ReadonlyMap<string, Pane> | undefined;
  return {
    refresh: async () => {
      try {
        latest = new Map((await tmux.panes()).filter(({ mark }) => mark !== '').map((pane) => [pane.mark, pane]));
      } catch (error) {
        if (!(error instanceof TmuxError)) throw error;
        // no server means no panes; any other failure means that nothing is known
        latest = error.kind === 'no-server' ? new Map() : undefined;
      }
    },
    latest: () => latest,
  };
}
