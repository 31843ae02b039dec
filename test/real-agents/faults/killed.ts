import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskDetail } from '../../../src/protocol/methods.ts';
import { isAlive, kill, killed, processesWith } from '../../e2e/processes.ts';
import { markedBy, pidOf } from '../../e2e/rig.ts';
import { reply, type Step } from '../fake-model/script.ts';
import { patiently } from '../patiently.ts';
import { killAll, killAtOnce, type Stage } from '../stage.ts';
import { type Fault, halfAnswer, OUTPUT, PROMPT, resumed, SOME_EVENTS, step, theEnd, toolRuns } from './fault.ts';

const LONG = 'sleep 300';
const inTool = () => [step, reply({ text: 'Then a long one.', shell: LONG }), theEnd];

/** A death in the middle of a tool, by a blow that says when it fell. */
const killedInTool = (
  what: string,
  blow: (stage: Stage, task: TaskDetail) => Promise<number>,
  happening: string,
  words: RegExp,
): Fault => ({
  what,
  steps: inTool,
  befalls: async (stage, task) => {
    await toolRuns(task, LONG);
    await hasWritten(stage, task, OUTPUT);
    return await blow(stage, task);
  },
  expected: () => ({ ...resumed(happening, words), requests: 3 }),
});

/** A death before anything was answered whole: all that the agent can have stored is what it was asked. */
const killedInFirstAnswer = (
  what: string,
  answer: Step,
  comes: (stage: Stage, task: TaskDetail) => Promise<void>,
): Fault => ({
  what,
  steps: () => [answer, theEnd],
  befalls: async (stage, task, agent) => {
    await comes(stage, task);
    if (agent !== 'pi') await hasWritten(stage, task, PROMPT);
    if (agent === 'claude') await hasWritten(stage, task, '"type":"user"'); // its first line has the prompt too, and makes no conversation
    return now(() => killAtOnce(task));
  },
  expected: (agent) => ({
    ...resumed('exited', /killed by signal 9/),
    told: [PROMPT],
    requests: 2,
    ...(agent === 'pi'
      ? { lives: ['fresh', 'fresh'], because: 'pi stores a conversation when its first answer has ended' }
      : {}),
  }),
});

/** Agents go on before they have written: claude by a tenth of a second (2.1.197), longer on a busy machine. What is not on disk no resume brings back. */
const hasWritten = (stage: Stage, task: TaskDetail, text: string): Promise<void> =>
  patiently(() => stage.stored(text, task));

const now = <T>(deed: () => T): number => {
  const at = Date.now();
  deed();
  return at;
};

/** The tmux server of this holdfast. */
const tmuxPid = ({ hf }: Stage): number => Number(hf.tmux('display-message', '-p', '#{pid}').stdout);

/** As after a power cut: nothing lives, nothing was noted down, and the machine says that it is another run of it. */
async function reboot({ hf }: Stage, { directory }: TaskDetail): Promise<number> {
  const at = now(() => killAll(() => processesWith(hf.home)));
  const file = join(directory, 'launch', '1.host');
  const boot = /"boot":"[^"]*"/;
  const before = await readFile(file, 'utf8');
  if (!boot.test(before)) throw new Error(`no run of the machine in ${before}`);
  await writeFile(file, before.replace(boot, '"boot":"the-run-before"'));
  await hf.list(); // the daemon of the next run
  return at;
}

/** What a signal from outside does to an agent, its daemon, its tmux server and its machine. */
export const killedFaults: readonly Fault[] = [
  {
    what: 'done',
    steps: () => [step, theEnd],
    expected: () => ({
      state: 'succeeded',
      lives: ['fresh'],
      noticed: ['exited', /exit 0 and the final event/],
      told: [PROMPT, OUTPUT],
      requests: 2,
    }),
  },
  killedInFirstAnswer('killed before the first byte', { kind: 'silence' }, async ({ model }) => {
    await patiently(() => model.turns().length === 1);
  }),
  killedInFirstAnswer('killed in the first stream', halfAnswer('stall'), async ({ hf, model }, { name }) => {
    await patiently(() => model.turns()[0]?.sent === SOME_EVENTS);
    await patiently(async () => (await hf.task(name)).conversation);
  }),
  {
    what: 'killed in stream',
    steps: () => [step, halfAnswer('stall'), theEnd],
    befalls: async (stage, task) => {
      await patiently(() => stage.model.turns()[1]?.sent === SOME_EVENTS);
      await hasWritten(stage, task, OUTPUT);
      return now(() => killAtOnce(task));
    },
    expected: () => ({ ...resumed('exited', /killed by signal 9/), requests: 3 }),
  },
  killedInTool('killed in tool', async (_, task) => now(() => killAtOnce(task)), 'exited', /killed by signal 9/),
  {
    what: 'daemon killed',
    steps: () => [step, reply({ text: 'Then a long one.', shell: 'until [ -e go ]; do sleep 0.2; done' }), theEnd],
    befalls: async ({ hf, work }, task) => {
      await toolRuns(task, 'until [ -e go ]');
      const agent = await pidOf(task, 1, 'agent');
      await hf.killDaemon();
      if ((await hf.cli('list', '--no-start-daemon')).code === 0) throw new Error('the daemon lives');
      const [found] = await hf.list(); // any command brings it back
      if (found?.state !== 'running' || !isAlive(agent)) throw new Error(`the next daemon finds it ${found?.state}`);
      await writeFile(join(work, 'go'), '');
      return undefined;
    },
    expected: () => ({
      state: 'succeeded',
      lives: ['fresh'],
      noticed: ['exited', /exit 0 and the final event/],
      told: [PROMPT, OUTPUT],
      requests: 3,
    }),
  },
  killedInTool(
    'tmux server killed',
    async (stage) => {
      const pid = tmuxPid(stage);
      return now(() => kill(pid));
    },
    'vanished',
    /tmux server/,
  ),
  killedInTool('reboot', reboot, 'vanished', /the machine was started again/),
  // Tools are in sessions of their own: claude, opencode and pi leave them behind.
  killedInTool(
    'killed alone, its tool lives on',
    async (_, task) => {
      const pid = await pidOf(task, 1, 'agent');
      return now(() => kill(pid));
    },
    'exited',
    /killed by signal 9/,
  ),
  killedInTool(
    'killed while the daemon is dead',
    async ({ hf }, task) => {
      await killed(await hf.daemonPid());
      const at = now(() => killAtOnce(task));
      if (markedBy(task).length > 0) await patiently(() => markedBy(task).length === 0);
      await hf.list();
      return at;
    },
    'exited',
    /killed by signal 9/,
  ),
];
