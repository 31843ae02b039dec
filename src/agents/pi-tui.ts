import { fileURLToPath } from 'node:url';
import type { Agent, Order, TerminalFace } from '../domain/agent.ts';
import { byHand } from './by-hand.ts';

// Pi's program for people, measured with 0.73.1 on 2026-11-21. An extension of ours writes the events of its JSON mode.
const extension = fileURLToPath(new URL('../../dist/hooks/pi.js', import.meta.url));

/** Its program for people. `words` are those that both ways share. */
export function piTerminal(words: (order: Order) => readonly string[], read: TerminalFace['read']): TerminalFace {
  const launch = (order: Order) => ({ args: ['--extension', extension, ...words(order)] });
  return {
    start: launch,
    resume: launch,
    read: (line) => byHand(read(line)),
    prompt: 'file', // the extension sends it; with a file on its standard input pi would not be interactive
    settlesMs: 20_000, // it waits 2, 4 and 8 s before it tries again, and extensions are not told that it will
  };
}

/** What its screen means. */
export const piScreens: Agent['screens'] = [
  { match: /Error: [^\n]*\n [⠀-⣿] Working\.\.\.\n/, means: 'retrying' },
  { match: /^ [⠀-⣿] Working\.\.\.$/m, means: 'working' },
  { match: /Use \/login to log into a provider/, means: 'logged-out' },
  { match: /\n─+\n─+\n[^\n]+\n[^\n]+ [\w./-]+$/, means: 'idle' }, // an empty line to type in, the directory, the model
];
