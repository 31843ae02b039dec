// Beside a program for people: `node usher.js AGENT [LAUNCH_KIND] ATTEMPT_DIR`, started by runner.sh. Such a program stays at its prompt
// when a turn has failed, where a non-interactive one would exit; the usher shows it out, so that the runner records the
// end and everything goes on as after any other. It draws nothing while the agent has the terminal. Its exit status tells
// the runner whether the events proved the success. It imports as little as possible, because it starts with every attempt.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { agents, findAgent } from '../agents/index.ts';
import { readerOf, terminalFace } from '../domain/agent.ts';
import type { Style } from '../domain/narrate.ts';
import type { Progress } from '../domain/progress.ts';
import { exitStatus, lastErrors, print } from './ending.ts';
import { closing, isProven } from './frame.ts';
import { storyOf } from './story.ts';
import { endOf } from './tail.ts';
import { eventsWith } from './untold.ts';

const POLL_MS = 200; // no watch: see view.ts
/** An agent that tries again by itself says so at once, and one that writes its conversation to disk is done by then. */
const SETTLES_MS = 1500;
const GRACE_MS = 5000;

async function usher(agentId: string, directory: string): Promise<boolean> {
  const agent = findAgent(agentId);
  if (!agent) throw new Error(`"${agentId}" is not an agent: use ${agents.map(({ id }) => id).join(', ')}`);
  const style: Style = { color: !process.env.NO_COLOR };
  const story = storyOf({ read: readerOf(agent, 'tui') }, style);
  const { settlesMs = SETTLES_MS, untold } = terminalFace(agent) ?? {};
  const more = eventsWith(untold, join(directory, 'events.jsonl'));
  const parent = process.ppid;
  let failedAt: number | undefined;

  for (;;) {
    const status = exitStatus(directory); // before reading: what is read after it was written is all there is
    more().forEach(story.tell);
    if (status !== undefined) return await close(directory, status, story.progress(), style);
    if (process.ppid !== parent) return false; // the runner was killed: nobody will write exit.json
    failedAt = story.progress().turn === 'failed' ? (failedAt ?? performance.now()) : undefined;
    if (failedAt !== undefined) showOut(directory, performance.now() - failedAt - settlesMs);
    await pause(POLL_MS);
  }
}

/** Says how it ended. */
async function close(directory: string, status: number, progress: Progress, style: Style): Promise<boolean> {
  const proven = isProven(status, progress);
  if (!proven) await print(lastErrors(directory, style));
  await print([closing(status, progress, style)]);
  return proven;
}

/** The runner has not recorded the end, so it still waits for this very process: its pid cannot be another's. */
function showOut(directory: string, overdueMs: number): void {
  const [, pid] = /"pid":(\d+)/.exec(endOf(join(directory, 'agent.json'))) ?? [];
  if (pid === undefined || overdueMs < 0) return;
  try {
    process.kill(Number(pid), overdueMs < GRACE_MS ? 'SIGTERM' : 'SIGKILL');
  } catch {
    // it has ended, and the runner is about to say so
  }
}

process.on('SIGINT', () => undefined); // typed in the pane, it is for the agent
process.on('SIGQUIT', () => undefined);
process.stdout.on('error', () => process.exit(1)); // EPIPE, EIO: the pane is gone, nobody is left to be told

const [agentId = '', ...words] = process.argv.slice(2);
const directory = words.at(-1) ?? '';
usher(agentId, directory).then(
  (proven) => process.exit(proven ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`usher: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
