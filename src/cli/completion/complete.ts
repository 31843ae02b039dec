import { EXIT } from '../../protocol/exit-codes.ts';
import type { TaskRow } from '../../protocol/methods.ts';
import type { Context } from '../context.ts';
import type { Commands } from '../reference/commands.ts';
import { type Candidates, candidatesFor } from './candidates.ts';

/** A shell that waits for a daemon is worse than one that knows no task. It may be asked twice, for 400 ms in all (quick/ask.ts). */
export const PATIENCE_MS = 200;

/** `holdfast __complete WORDS…`: what may stand in the place of the last word, one a line. It fails silently. */
export async function complete(words: readonly string[], commands: Commands, context: Context): Promise<number> {
  try {
    return await offer(words, commands, context);
  } catch {
    return EXIT.ok; // nobody asked for an error: a key was pressed
  }
}

/** The same for who can do something about an error. */
export async function offer(words: readonly string[], commands: Commands, context: Context): Promise<number> {
  const found = await find(words, commands, context);
  const begun = words.at(-1) ?? '';
  const fitting = [...new Set(found.words)].filter((word) => word.startsWith(begun));
  context.output.print([...fitting, ...(found.paths ? [`:${found.paths}`] : [])].map((line) => `${line}\n`).join(''));
  return EXIT.ok;
}

async function find(
  [verb = '', ...words]: readonly string[],
  commands: Commands,
  context: Context,
): Promise<Candidates> {
  if (words.length === 0) return { words: [...commands.names, 'help'] };
  if (verb === 'help') return { words: [...commands.names, ...(await import('../topics/index.ts')).topicNames] };
  const entry = await commands.entry(verb);
  if (entry === undefined) return { words: [] };
  const candidates = candidatesFor(entry, verb, words);
  if (candidates.live === undefined) return await states(candidates, verb, words);
  const tasks = await living(context);
  return { ...candidates, words: [...candidates.words, ...tasks.flatMap((task) => valuesOf(task, candidates.live))] };
}

/** `list --state` takes a word of the domain, which its help has no room for. */
async function states(candidates: Candidates, verb: string, words: readonly string[]): Promise<Candidates> {
  if (verb !== 'list' || words.at(-2) !== '--state') return candidates;
  const { STATES } = await import('../../domain/task.ts');
  return { words: STATES };
}

function valuesOf(task: TaskRow, live: Candidates['live']): readonly string[] {
  switch (live) {
    case 'tasks':
      return [task.name];
    case 'labels':
      return task.labels;
    case 'agents':
      return [task.agent];
    case undefined:
      return [];
    default:
      return live satisfies never;
  }
}

/** The tasks of a daemon that runs: none is started for a key. */
async function living({ daemon }: Context): Promise<readonly TaskRow[]> {
  const connection = await daemon();
  let tooLate: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    tooLate = setTimeout(() => reject(new Error('too late')), PATIENCE_MS);
  });
  try {
    return (await Promise.race([connection.call('list', {}), late])).tasks;
  } finally {
    clearTimeout(tooLate);
    connection.close();
  }
}
