import { afterAll, describe, type TestContext, test } from 'vitest';
import type { TaskDetail } from '../../src/protocol/methods.ts';
import { kill } from '../e2e/processes.ts';
import { kindsOf, markedBy, pidOf } from '../e2e/rig.ts';
import { reply, type Step } from './fake-model/script.ts';
import { REAL_AGENTS, type RealAgent } from './home.ts';
import { patiently } from './patiently.ts';
import { scoreboard } from './scoreboard.ts';
import { killAtOnce, type Stage, setUp } from './stage.ts';

const PROMPT = 'Count the tiles of the old harbour.';
const STREAM_STALLS_AFTER = 6; // events: late enough for some words of the answer in each of the three wire formats

/** The command is not its output: what the model is told can be told apart from what it said. */
const step = reply({ text: 'One step first.', shell: 'echo tiles-$((40 + 2))' });
const OUTPUT = 'tiles-42';
const longStep = reply({ text: 'Then a long one.', shell: 'sleep 300' });
const theEnd = reply({ text: 'All are counted.' });
const halfAnswer = reply({
  text: 'The harbour has more tiles than one would think, and most of them lie under the sand since the storm of 1872.',
  fault: { kind: 'stall', afterEvents: STREAM_STALLS_AFTER },
});

/** pi stores a conversation when its first answer has ended: before that there is nothing to go on with. */
const WITHOUT_AN_ANSWER: Readonly<Record<RealAgent, 'fresh' | 'resume'>> = {
  codex: 'resume',
  claude: 'resume',
  opencode: 'resume',
  pi: 'fresh',
};

interface Cell {
  readonly steps: readonly Step[];
  /** What happens to the task before it ends. */
  readonly happens: (stage: Stage, task: TaskDetail) => Promise<void>;
  readonly lives: (agent: RealAgent) => readonly ('fresh' | 'resume')[];
  /** What the last request must tell the model. */
  readonly told: readonly string[];
}

const cells: Readonly<Record<string, Cell>> = {
  finishes: {
    steps: [step, theEnd],
    happens: async () => {},
    lives: () => ['fresh'],
    told: [PROMPT, OUTPUT],
  },
  'killed while the model answers': {
    steps: [halfAnswer, theEnd],
    happens: async (stage, task) => {
      await patiently(() => stage.model.turns()[0]?.sent === STREAM_STALLS_AFTER);
      await patiently(async () => (await stage.hf.task(task.name)).conversation);
      killAtOnce(task);
    },
    lives: (agent) => ['fresh', WITHOUT_AN_ANSWER[agent]],
    told: [PROMPT],
  },
  'killed while a tool runs': {
    steps: [step, longStep, theEnd],
    happens: async (_, task) => {
      await toolRuns(task);
      killAtOnce(task);
    },
    lives: () => ['fresh', 'resume'],
    told: [PROMPT, OUTPUT],
  },
  // Tools are in sessions of their own: claude, opencode and pi leave them behind.
  'killed alone, its tool lives on': {
    steps: [step, longStep, theEnd],
    happens: async (_, task) => {
      await toolRuns(task);
      kill(await pidOf(task, 1, 'agent'));
    },
    lives: () => ['fresh', 'resume'],
    told: [PROMPT, OUTPUT],
  },
  'killed while the daemon is dead': {
    steps: [step, longStep, theEnd],
    happens: async ({ hf }, task) => {
      await toolRuns(task);
      await hf.killDaemon();
      killAtOnce(task);
      if ((await hf.cli('list', '--no-start-daemon')).code === 0) throw new Error('the daemon lives');
      await hf.list(); // any command brings it back
    },
    lives: () => ['fresh', 'resume'],
    told: [PROMPT, OUTPUT],
  },
};

const toolRuns = (task: TaskDetail): Promise<void> =>
  patiently(() => markedBy(task).some(({ text }) => text.includes('sleep 300')));

const board = scoreboard(REAL_AGENTS, Object.keys(cells));
afterAll(board.print);

describe.each(REAL_AGENTS)('%s', (agent) => {
  for (const [name, cell] of Object.entries(cells)) {
    test.concurrent(name, async (context) => {
      const held = board.begin(agent, name);
      held([await survive(agent, cell, context)]);
    });
  }
});

async function survive(agent: RealAgent, cell: Cell, { expect, onTestFinished }: TestContext): Promise<TaskDetail> {
  const stage = await setUp(agent, cell.steps, onTestFinished);
  const task = await stage.start('tiles', PROMPT);
  await cell.happens(stage, task);
  const [ended] = await stage.end(task);
  if (!ended) return expect.fail('there is no such task');

  expect(ended).toMatchObject({ state: 'succeeded', lastMessage: 'All are counted.' });
  expect(kindsOf(ended)).toEqual(cell.lives(agent));
  const turns = stage.model.turns();
  expect(turns, 'one request for each step, and none more').toHaveLength(cell.steps.length);
  const last = turns.at(-1)?.body ?? '';
  for (const text of cell.told) expect(last).toContain(text);
  expect(last.split(PROMPT), 'the prompt is in the conversation once').toHaveLength(2);
  expect(await stage.conversations(task)).toHaveLength(1);
  expect(markedBy(task)).toEqual([]);
  return ended;
}
