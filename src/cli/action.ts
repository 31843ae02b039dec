import { plainLine } from '../domain/plain-text.ts';
import { usageError } from './errors.ts';
import { suggest } from './suggest.ts';

/** What the word after a command means to it, as in `daemon restart`. */
export function actionOf<A>(command: string, word: string, actions: Readonly<Record<string, A>>): A {
  const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (action !== undefined) return action;
  const words = Object.keys(actions);
  const meant = suggest(word, words);
  const way = meant ? `did you mean "${meant}"?` : `there are ${words.join(', ')}`;
  throw usageError(`"${command} ${plainLine(word)}" is no command: ${way}`);
}
