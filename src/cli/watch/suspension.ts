import type { Screen } from './screen.ts';

/** They keep their meaning, but not before the terminal is itself again: ^Z, and the ^\ of who has no patience left. */
const KEYS = ['SIGTSTP', 'SIGQUIT'] as const;

/** Gives the terminal back whenever the process stands still or ends without being asked; answers with the way to let that be. */
export function lendScreen(screen: Screen): () => void {
  const strike = (signal: NodeJS.Signals) => {
    screen.lend();
    process.off(signal, strike);
    process.kill(process.pid, signal); // nobody listens any more: the system does what it does with it
  };
  const goOn = () => {
    process.off('SIGTSTP', strike).on('SIGTSTP', strike); // once, if we were stopped by something else
    screen.restore();
  };
  for (const key of KEYS) process.on(key, strike);
  process.on('SIGCONT', goOn);
  process.on('exit', screen.leave); // also after an error that nobody caught
  return () => {
    for (const key of KEYS) process.off(key, strike);
    process.off('SIGCONT', goOn);
    process.off('exit', screen.leave);
  };
}
