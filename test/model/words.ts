import type { Happening } from '../../src/domain/happening.ts';
import type { Action } from './scenario.ts';

/** What a signal says that watches a screen: it is only believed of an agent that lives. */
export function wordOf({ what, open }: Extract<Action, { do: 'tell' }>, attempt: number): Happening {
  const approval = { tool: 'command', what: 'pwd', grant: 'yes', refuse: 'no' };
  if (what === 'asked')
    return { type: 'asked', attempt, question: 'Allow it?', choices: [], ...(open ? { approval } : {}) };
  if (what === 'loggedOut') return { type: what, attempt, why: 'its screen asks for a login' };
  return what === 'hung' ? { type: 'hung', attempt, proof: 'no CPU', takesLine: open } : { type: what, attempt };
}

/** What is said of an attempt that is over, out of order. */
export function staleWord({ what }: Extract<Action, { do: 'stale' }>, attempt: number, at: number): Happening {
  const words: { readonly [W in typeof what]: Happening } = {
    exited: { type: 'exited', attempt, status: 0, livedMs: 0, turn: 'ended', denied: 0 },
    vanished: { type: 'vanished', attempt, cause: 'runner' },
    provedDead: { type: 'provedDead', attempt, rebooted: false, livedMs: 0 },
    claimed: { type: 'claimed', attempt, bornAt: at },
  };
  return words[what];
}
