import { appendFileSync } from 'node:fs';
import type { Untold } from '../domain/agent.ts';
import { parse } from './story.ts';
import { type Tail, tailOf } from './tail.ts';

/** The new lines of the events of an attempt, to which is added what the agent tells only in a file of its own. */
export function eventsWith(untold: Untold | undefined, path: string): () => readonly string[] {
  const events = tailOf(path, () => undefined);
  const read = (): readonly string[] => [...events.more()].flat();
  if (!untold) return read;
  const { look, hear, add } = beside(untold, path);
  return () => {
    const told = look(); // before the events: a hook tells of a turn before the file can tell how it failed
    const lines = read();
    lines.forEach(hear);
    add(told);
    return told.length === 0 ? lines : [...lines, ...read()];
  };
}

/** A line of the file: the turn that it is of, and itself, where the events have need of it. */
interface Told {
  readonly turn: string;
  readonly line?: string;
}

/** Follows the file from the first turn of the attempt on: what lies in it before that was told in another life. */
function beside({ file, turn, belongs }: Untold, events: string) {
  let current = '';
  let followed: { readonly path: string; readonly tail: Tail; begun: boolean } | undefined;

  const toldBy = (line: string): readonly Told[] => {
    const value = parse(line)?.value;
    const told = { turn: turn(value), ...(belongs(value) ? { line } : {}) };
    return told.turn === '' && told.line === undefined ? [] : [told];
  };

  return {
    look: (): readonly Told[] => {
      const told: Told[] = [];
      for (const lines of followed?.tail.more() ?? []) told.push(...lines.flatMap(toldBy));
      return told;
    },
    hear: (line: string): void => {
      const value = parse(line)?.value;
      const path = file(value);
      if (path !== '' && path !== followed?.path) {
        followed = { path, tail: tailOf(path, () => undefined), begun: false };
      }
      current = turn(value) || current;
    },
    add: (told: readonly Told[]): void => {
      for (const { turn: of, line } of told) {
        if (!followed) return;
        followed.begun ||= of === current;
        const isOurs = followed.begun && (of === '' || of === current);
        if (isOurs && line !== undefined) appendFileSync(events, `${line}\n`);
      }
    },
  };
}
