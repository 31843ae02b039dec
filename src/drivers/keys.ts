import type { TerminalFace } from '../domain/agent.ts';

const DIGIT = /^[1-9]$/;

/**
 * The keys that give an answer to the question of a program in a terminal; nothing where it is typed as text. In a menu
 * Enter takes the row that is lit, whatever was typed before: what no key of it says is refused, not typed.
 */
export function keysFor(
  { keys = {}, menus }: Pick<TerminalFace, 'keys' | 'menus'>,
  choices: readonly string[],
  text: string,
): { readonly keys: readonly string[] } | { readonly refused: string } | undefined {
  if (choices.includes(text) && keys[text]) return { keys: keys[text] };
  if (menus === undefined) return undefined;
  const row = choices.indexOf(text) + 1;
  if (menus === 'digits' && row > 0) return { keys: [String(row)] };
  if (menus === 'digits' && DIGIT.test(text)) return { keys: [text] };
  if (text === 'no' && keys.no) return { keys: keys.no };
  const ways = menus === 'digits' ? 'the number of a row, or "no"' : '"no"';
  return { refused: `its menu takes no text: answer with ${ways}, or choose in the session itself` };
}
