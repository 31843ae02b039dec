import type { Face, Order } from '../domain/agent.ts';
import { narrateRaw, type Style } from '../domain/narrate.ts';
import { narrator } from '../domain/narrator.ts';
import { advance, noProgress, type Progress } from '../domain/progress.ts';

/** An attempt as it is told: what to print for a line of its events, and what they add up to. */
export interface Story {
  readonly tell: (line: string) => readonly string[];
  readonly progress: () => Progress;
}

/** Begins to tell what an agent does. */
export function storyOf({ read }: Pick<Face<Order>, 'read'>, style: Style): Story {
  const narrated = narrator(style);
  let progress = noProgress;
  const tell = (line: string): readonly string[] => {
    if (line.trim() === '') return [];
    const parsed = parse(line);
    if (parsed === undefined) return [narrateRaw(line, style)];
    const events = read(parsed.value);
    progress = events.reduce(advance, progress);
    return events.flatMap(narrated);
  };
  return { tell, progress: () => progress };
}

/** A line of JSON; nothing where it is none. */
export function parse(line: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) };
  } catch {
    return undefined; // a warning of npm or a shell, or a line that a death has torn: it is shown as it is
  }
}
