import { LaunchError, type Subject } from '../domain/driver.ts';
import type { ProcessTree } from '../domain/health.ts';
import { bootId, endAll, type Identity, leaves, type Member, signal, snapshot } from '../system/processes.ts';
import { sharedByTurn, sharedFor } from '../system/turns.ts';
import { attemptFiles, readHost, recorded, revoke } from './attempt.ts';

/** A leftover gets so long to leave by itself. */
const GRACE_MS = 500;
const LIMIT_MS = 10_000;
/** A runner that has recorded the end still lets its view finish. */
const RUNNER_LEAVES_MS = 400;

type Find = () => Promise<readonly Member[]>;

/** Where the tmux server dies, a whole fleet asks at once, again and again: each in a look of its own was 3 s in one go for 200 tasks. */
const look = sharedByTurn(() => snapshot('HOLDFAST_MARK'));

/** What the marks of a task begin with: they find each of its processes, whoever its parent is now. */
const marksOf = ({ spec }: Pick<Subject, 'spec'>): string => `${spec.id}:`;

/** The ids of the tasks of which a process lives: one look for all of them. */
export async function livingTasks(): Promise<ReadonlySet<string>> {
  const { values } = await look();
  return new Set([...values()].map((mark) => mark.slice(0, mark.lastIndexOf(':'))));
}

/** Makes sure that the attempt before this one is over for good: unclaimed it can no longer begin, and nothing of it lives. */
export async function clearEarlier(subject: Subject): Promise<void> {
  const { task, dir } = subject;
  const earlier = task.attempt - 1;
  if (earlier < 1) return;
  await revoke(dir, earlier);
  const { runner } = await processesOf(dir, earlier);
  if (runner) await leaves(runner, RUNNER_LEAVES_MS);
  const left = await endAll(await everything(subject, earlier), { graceMs: GRACE_MS, limitMs: LIMIT_MS });
  if (left.length === 0) return;
  const pids = left.map(({ pid }) => pid).join(', ');
  throw new LaunchError(`processes of the last attempt cannot be ended: ${pids}`, { permanent: false });
}

/** Takes the present attempt away if nobody claimed it and ends every process of it, but the tools of a success. False where one is left. */
export async function endAttempt(subject: Subject): Promise<boolean> {
  await revoke(subject.dir, subject.task.attempt);
  const all = await everything(subject, subject.task.attempt);
  const find = hasSucceeded(subject) ? await withoutTools(subject, all) : all;
  return (await endAll(find, { graceMs: GRACE_MS, limitMs: LIMIT_MS })).length === 0;
}

/** Ends what the agent of an ended task left alive. The runner and its view may still draw the end: they leave by themselves. */
export async function endTools(subject: Subject): Promise<void> {
  if (subject.task.attempt > 0) await endAll(await agentFamily(subject), { graceMs: GRACE_MS, limitMs: LIMIT_MS });
}

/** Asks the agent and everything below it to end, but the tools of a success; the runner stays and records how. False where nothing lives. */
export async function askToEnd(subject: Subject): Promise<boolean> {
  await revoke(subject.dir, subject.task.attempt);
  const all = await agentFamily(subject);
  const asked = await (hasSucceeded(subject) ? await withoutTools(subject, all) : all)();
  for (const process of asked) signal(process, 'SIGTERM');
  return asked.length > 0;
}

/** A whole fleet falls silent at once, where its provider does: what the first of it has looked at serves the others. */
const lately = sharedFor(1000, look, () => performance.now());

/** What lives of the present attempt. Agents start their tools in sessions of their own: what is not in the agent's own session is one. */
export async function treeOf(subject: Subject): Promise<ProcessTree> {
  const { agent } = await processesOf(subject.dir, subject.task.attempt);
  const members = (await lately()).familyOf(marksOf(subject), agent ? [agent] : []);
  const own = members.find(({ pid }) => pid === agent?.pid)?.session;
  return {
    processes: members.length,
    tools: members.filter(({ session }) => session !== own).length,
    cpuMs: members.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  };
}

const hasSucceeded = ({ task: { phase } }: Subject): boolean =>
  phase.state === 'stopping' && phase.toward === 'succeeded';

/** A success may have been asked for a server: of an agent that stays after it only what is in a session of the kernel with it, or with its runner, is ended. */
async function withoutTools({ task, dir }: Subject, find: Find): Promise<Find> {
  const { runner, agent } = await processesOf(dir, task.attempt);
  const own = new Set(runner ? [runner.pid] : []); // its leader, where the system tells sessions by that (Linux); it may have ended
  return async () => {
    const all = await find();
    for (const { pid, session } of all) if (pid === runner?.pid || pid === agent?.pid) own.add(session);
    return all.filter(({ session }) => own.has(session));
  };
}

async function agentFamily(subject: Subject): Promise<Find> {
  const { runner, agent } = await processesOf(subject.dir, subject.task.attempt);
  return async () => (await look()).familyOf(marksOf(subject), agent ? [agent] : [], runner);
}

async function everything(subject: Subject, attempt: number): Promise<Find> {
  const { runner, agent } = await processesOf(subject.dir, attempt);
  const roots = [runner, agent].filter((root) => root !== undefined);
  return async () => (await look()).familyOf(marksOf(subject), roots, runner);
}

/** Who the records of an attempt name; tmux makes the runner the leader of a session of the kernel, and its agent is in there. */
async function processesOf(dir: string, attempt: number): Promise<{ runner?: Identity; agent?: Identity }> {
  const launched = readHost(dir, attempt);
  if (launched && launched.boot !== bootId()) return {}; // pids and their start times begin anew with each start of the machine
  const files = attemptFiles(dir, attempt);
  const [runner, agent] = [await recorded(files.runner), await recorded(files.agent)];
  return { ...(runner ? { runner } : {}), ...(agent ? { agent } : {}) };
}
