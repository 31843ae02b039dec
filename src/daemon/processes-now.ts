import type { Driver } from '../domain/driver.ts';
import { examined, type Health } from '../domain/health.ts';
import type { Observation } from '../domain/observation.ts';
import { spanText } from '../domain/span.ts';
import { mayLive } from '../domain/task.ts';
import type { Result } from '../protocol/methods.ts';
import { subjectOf } from './effects.ts';
import type { Held } from './held.ts';

type Looked = Result<'explain'>['looked'];

/** What the processes of a living attempt are at this moment, what they have used, and what it waits for; `unknown` is said, never guessed. */
export async function processesNow(held: Held, driver: Pick<Driver, 'examine'>, at: number): Promise<Looked> {
  const { seen, task, health, agent } = held;
  if (!seen || !mayLive(task.phase)) return [];
  const now = await driver.examine(subjectOf(held)).then(
    (look) => examined(health, look, at, agent.idleShare),
    () => undefined, // no /proc, no ps, no tmux: the others are told all the same
  );
  return [
    { what: 'processes', found: now ? countText(now) : 'unknown' },
    {
      what: 'processor time',
      found: now ? `${(now.tree.cpuMs / 1000).toFixed(1)}s, ${idleText(health, now, at)}` : 'unknown',
    },
    { what: 'waits for', found: waitsFor(seen, now) },
  ];
}

const countText = ({ tree: { processes, tools } }: Health): string =>
  `${processes}, of which ${tools} ${tools === 1 ? 'is a tool in a session of its own' : 'are tools in sessions of their own'}`;

/** Idleness lies between two looks, and only a silent attempt is looked at. */
function idleText(before: Health | undefined, now: Health, at: number): string {
  if (!before) return 'idle since: unknown, it has not been silent for long enough to be looked at';
  const idle = now.idleSince < at;
  return idle
    ? `idle since ${new Date(now.idleSince).toISOString()}`
    : `used some in the last ${spanText(at - before.lookedAt)}`;
}

function waitsFor({ progress, exit }: Observation, now: Health | undefined): string {
  const { waitsFor: wait, openTools, turn } = progress;
  if (exit) return 'nothing: it has exited';
  if (wait?.type === 'answer') return `an answer: ${wait.question}`;
  if (wait?.type === 'provider') return `its provider, by its own word: ${wait.message}`;
  const tool = openTools.at(-1);
  if (tool) return `a tool, by its own word: ${tool.tool}: ${tool.what}`;
  if (now && now.tree.tools > 0) return 'a tool that it has not told of yet, perhaps';
  if (turn === 'open') return 'its model: no tool is open, none lives';
  return turn === 'ended' ? 'nothing: it has said its last word' : 'unknown';
}
