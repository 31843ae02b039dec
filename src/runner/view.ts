// The readable side of a pane: `node view.js AGENT [LAUNCH_KIND] ATTEMPT_DIR`, started by runner.sh. It only draws; the agent writes
// its events to a file and neither knows of it nor waits for it. Its exit status tells the runner whether the events
// proved the success. It imports as little as possible, because it starts with every attempt.
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { agents, findAgent } from '../agents/index.ts';
import { narrateRaw, type Style } from '../domain/narrate.ts';
import { exitStatus, lastErrors, print } from './ending.ts';
import { closing, header, isProven } from './frame.ts';
import { storyOf } from './story.ts';
import { tailOf } from './tail.ts';

// No watch: each would take one of a user's 128 inotify instances (Linux's default), and there is a view for every task.
const POLL_MS = 200;

async function view(agentId: string, directory: string, launch?: string): Promise<boolean> {
  const agent = findAgent(agentId);
  if (!agent) throw new Error(`"${agentId}" is not an agent: use ${agents.map(({ id }) => id).join(', ')}`);
  const style: Style = { color: !process.env.NO_COLOR };
  const story = storyOf(agent.print, style);
  const events = tailOf(join(directory, 'events.jsonl'), () => {
    process.stdout.write(`${narrateRaw('(a line over 16 MiB is not shown)', style)}\n`);
  });
  const parent = process.ppid;

  await print([header(agent.id, basename(directory), { ...style, ...(launch === undefined ? {} : { launch }) })]);
  for (;;) {
    const status = exitStatus(directory); // before reading: what is read after it was written is all there is
    for (const lines of events.more()) await print(lines.flatMap(story.tell));
    if (status !== undefined) {
      await print(events.rest().flatMap(story.tell));
      if (!isProven(status, story.progress())) await print(lastErrors(directory, style));
      await print([closing(status, story.progress(), style)]);
      return isProven(status, story.progress());
    }
    if (process.ppid !== parent) return false; // the runner was killed: nobody will write exit.json
    await pause(POLL_MS);
  }
}

process.on('SIGINT', () => undefined); // typed in the pane, it is for the agent
process.on('SIGQUIT', () => undefined);
process.stdout.on('error', () => process.exit(1)); // EPIPE, EIO: the pane is gone, nobody is left to be told

// A daemon of an earlier version, which npm has renewed below its feet, names no kind.
const [agentId = '', ...words] = process.argv.slice(2);
const [directory = '', launch] = words.reverse();
view(agentId, directory, launch).then(
  (proven) => process.exit(proven ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`view: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
