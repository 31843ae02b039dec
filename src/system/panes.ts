import { ExhaustedError } from './command.ts';
import { type Pane, type Tmux, TmuxError } from './tmux.ts';

/** What one list of all panes says. */
export interface PaneList {
  /** By the mark that we gave them. */
  readonly byMark: ReadonlyMap<string, Pane>;
  /** The process of the server; nothing while none runs. */
  readonly server?: number;
}

/** The latest list of all panes: one tmux call serves every task. */
export interface Panes {
  /** Asks tmux anew, unless it was asked less than `withinMs` ago; who asks while an answer is under way shares it. */
  readonly refresh: (withinMs?: number) => Promise<void>;
  /** Something was changed: who asks from now on is not content with what was asked for before. */
  readonly outdate: () => void;
  /** Nothing while tmux cannot be asked. */
  readonly latest: () => PaneList | undefined;
  /** Why it could not be asked, where that was because no process can be started. */
  readonly exhausted: () => string | undefined;
}

export function panesOf(tmux: Pick<Tmux, 'panes'>, now: () => number = () => performance.now()): Panes {
  let latest: PaneList | undefined;
  let exhausted: string | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;
  let questions = 0;
  let answered = 0;

  const answer = async (): Promise<PaneList | undefined> => {
    try {
      const panes = await tmux.panes();
      const byMark = new Map(panes.filter(({ mark }) => mark !== '').map((pane) => [pane.mark, pane]));
      const server = panes[0]?.server;
      exhausted = undefined;
      return { byMark, ...(server === undefined ? {} : { server }) };
    } catch (error) {
      exhausted = error instanceof ExhaustedError ? error.message : undefined;
      if (!(error instanceof TmuxError) && exhausted === undefined) throw error;
      // no server means no panes; any other failure means that nothing is known
      return error instanceof TmuxError && error.kind === 'no-server' ? { byMark: new Map() } : undefined;
    }
  };

  const ask = (): Promise<void> => {
    askedAt = now();
    questions += 1;
    const nth = questions;
    const mine: Promise<void> = answer()
      .then((list) => {
        if (nth < answered) return; // a later question has its answer already
        answered = nth;
        latest = list;
      })
      .finally(() => {
        if (asking === mine) asking = undefined;
      });
    return mine;
  };

  return {
    refresh: async (withinMs = 0) => {
      if (!asking && now() - askedAt < withinMs) return;
      asking ??= ask();
      await asking;
    },
    outdate: () => {
      asking = undefined;
      askedAt = Number.NEGATIVE_INFINITY;
    },
    latest: () => latest,
    exhausted: () => exhausted,
  };
}
