import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { CLIS, type RealAgent } from './home.ts';

/** Where an agent kept its conversations. */
export interface Place {
  readonly home: string;
  /** The directories of the tasks: pi's conversations are files of our choice in there. */
  readonly taskDirs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The conversations that exist on disk, each once, as the agent itself stores them; never asked of us. */
export const conversations: Readonly<Record<RealAgent, (place: Place) => Promise<readonly string[]>>> = {
  codex: ({ home }) => transcripts(join(home, '.codex', 'sessions')),
  claude: ({ home }) => transcripts(join(home, '.claude', 'projects')),
  opencode: async ({ env }) => {
    const { stdout } = await execa(join(CLIS, 'opencode'), ['db', 'select id from session', '--format', 'json'], {
      env: { ...env, PATH: process.env.PATH ?? '' },
      extendEnv: false,
      stdin: 'ignore',
    });
    return z
      .array(z.object({ id: z.string() }))
      .parse(JSON.parse(stdout))
      .map(({ id }) => id);
  },
  pi: async ({ home, taskDirs }) => {
    const places = [join(home, '.pi', 'agent', 'sessions'), ...taskDirs];
    return (await Promise.all(places.map(transcripts))).flat().filter((name) => !OURS.has(name));
  },
};

/** Has the agent written this to its own disk? Some do so a moment after they have gone on. */
export async function hasStored(text: string, { home, taskDirs }: Pick<Place, 'home' | 'taskDirs'>): Promise<boolean> {
  const own = ['.claude/projects', '.codex', '.local/share/opencode'].map((path) => join(home, path));
  return (await holds(text, own)) || (await holds(text, taskDirs, ['--include=*.jsonl', '--exclude=events.jsonl']));
}

/** With -q it is so as soon as one place holds it, although others are not there. */
async function holds(text: string, places: readonly string[], options: readonly string[] = []): Promise<boolean> {
  const { exitCode } = await execa('grep', ['-rqsF', ...options, text, ...places], { reject: false, stdin: 'ignore' });
  return exitCode === 0;
}

/** Our own files of a task that also end in `.jsonl`. */
const OURS: ReadonlySet<string> = new Set(['events']);

async function transcripts(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true }).catch(() => []); // nothing was ever stored
  return entries.filter((path) => path.endsWith('.jsonl')).map((path) => basename(path, '.jsonl'));
}
