import { statSync } from 'node:fs';
import { afterAll, describe, expect, type TestContext, test } from 'vitest';
import { findAgent } from '../../src/agents/index.ts';
import { classify } from '../../src/domain/failure.ts';
import { methods, type TaskDetail } from '../../src/protocol/methods.ts';
import { fileOf, kindsOf, markedBy } from '../e2e/rig.ts';
import { type Expected, type Fault, PROMPT } from './faults/fault.ts';
import { faults as all } from './faults/index.ts';
import { REAL_AGENTS, type RealAgent } from './home.ts';
import { atLength, type Came, inShort } from './outcomes.ts';
import { record } from './record.ts';
import { scoreboard } from './scoreboard.ts';
import { type Stage, setUp } from './stage.ts';

/** What CI has the time for; a plain run takes all. */
const TABLE = [
  ...['done', 'killed in stream', 'killed in tool', 'model hangs', 'connection cut'],
  ...['429 with reset', '401', '500 or 529', 'asks approval', 'daemon killed', 'tmux server killed', 'reboot'],
];
const faults = process.env.HOLDFAST_FAULTS === 'table' ? all.filter(({ what }) => TABLE.includes(what)) : all;

const notes = faults.flatMap(({ what, expected }) =>
  REAL_AGENTS.flatMap((agent) => {
    const due = expected(agent);
    const note = 'impossible' in due ? `cannot be: ${due.impossible}` : due.because;
    return note === undefined ? [] : [`- ${what}, ${agent}: ${note}.`];
  }),
);
const ABOVE = `# What befalls the real agents

Written by \`HOLDFAST_WRITE_DOCS=1 npm run test:agents\`. Each cell is a test: what became of the task, the milliseconds from the event to the line in the
journal that tells of it, and from the event to the next launch. Where an agent tries again by itself, the event is the end of its process, and the
time that it took for that stands in brackets. A hang is counted from the moment at which the settings allow the verdict. Before opencode is
resumed its own command is asked for the conversation, which takes most of the time there. [Each cell](#each-cell) has its state, the words of the
history that were the evidence, and how it went on.
`;
/** By what befell whom. */
const outcomes = new Map<string, Came>();

const inDetail = (): string =>
  atLength(
    faults.flatMap(({ what }) =>
      REAL_AGENTS.flatMap((agent) => {
        const came = outcomes.get(`${what} ${agent}`);
        return came ? [[what, agent, came] as const] : [];
      }),
    ),
  );

const began = Date.now();
const board = scoreboard(
  REAL_AGENTS,
  faults.map(({ what }) => what),
  {
    file: new URL('results/latest.md', import.meta.url),
    above: ABOVE,
    below: () =>
      `\n${notes.join('\n')}\n\n## Each cell\n\n${inDetail()}\n${new Date(began).toISOString().slice(0, 10)}, ${process.platform}, Node ${process.version}; ${Math.round((Date.now() - began) / 1000)} s for all.\n`,
  },
);
afterAll(board.print);

/** Those that wait long by themselves begin first. */
const cells = [...faults]
  .sort((a, b) => Number(b.slow ?? false) - Number(a.slow ?? false))
  .flatMap((fault) =>
    REAL_AGENTS.flatMap((agent) => {
      const expected = fault.expected(agent);
      if (!('impossible' in expected)) return [[agent, fault.what, fault, expected] as const];
      board.begin(agent, fault.what)('-');
      return [];
    }),
  );

describe('a task', () => {
  test.concurrent.for(cells)('of %s: %s', async ([agent, what, fault, expected], context) => {
    const held = board.begin(agent, what);
    const came = await undergo(agent, fault, expected, context);
    outcomes.set(`${what} ${agent}`, came);
    held(inShort(came));
  });
});

async function undergo(
  agent: RealAgent,
  fault: Fault,
  expected: Expected,
  { onTestFinished }: TestContext,
): Promise<Came> {
  const stage = await setUp(agent, fault.steps(agent), onTestFinished, fault);
  const task = await stage.start('tiles', PROMPT);
  const struckAt = await fault.befalls?.(stage, task, agent);
  const [ended] = await stage.end(task);
  if (!ended) return expect.fail('there is no such task');
  const { history } = methods.explain.result.parse(await stage.hf.json('explain', task.name));
  const story = history.map(({ happening, state, why }) => `${happening} → ${state} ${why ?? ''}`).join('\n');

  record(agent, fault.what, task, fault.telling ?? 1, stage);

  expect(ended.state, story).toBe(expected.state);
  expect(kindsOf(ended), story).toEqual(expected.lives);
  if (expected.state === 'succeeded') {
    expect(ended.lastMessage).toBe('All are counted.');
    expect(ended.verdict?.evidence).toContain('exit record: status 0');
  }
  expect(ended.denied).toBe(expected.denied ?? 0);
  if (expected.kind) {
    const known = history.map(({ why }) => why !== undefined && classify(findAgent(agent)?.failures ?? [], why));
    expect(known, story).toContain(expected.kind);
  }
  await toldToModel(stage, task, expected);
  expect(markedBy(task)).toEqual([]);
  return cameOf({ task, stage, history, expected, struckAt, story });
}

/** Where it cannot be faked: the model was told the prompt once, and what had been done; the agent stored one conversation. */
async function toldToModel(stage: Stage, task: TaskDetail, { told, requests }: Expected): Promise<void> {
  const turns = stage.model.turns();
  if (requests !== undefined) expect(turns, 'one request for each step, and none more').toHaveLength(requests);
  if (requests === 0) return;
  const last = turns.at(-1)?.body ?? '';
  for (const text of told) expect(last).toContain(text);
  expect(last.split(PROMPT), 'the prompt is in the conversation once').toHaveLength(2);
  expect(await stage.conversations(task)).toHaveLength(1);
}

type History = ReturnType<typeof methods.explain.result.parse>['history'];

/** When it was noticed and acted upon, by the journal. */
function cameOf(about: {
  readonly task: TaskDetail;
  readonly stage: Stage;
  readonly history: History;
  readonly expected: Expected;
  readonly struckAt: number | undefined;
  readonly story: string;
}): Came {
  const { task, stage, history, expected, struckAt, story } = about;
  const { noticed: [happening, words] = ['exited', /./] } = expected;
  const since = (struckAt ?? 0) - 1; // the journal has whole milliseconds
  const noticed = history.findIndex((line) => line.happening === happening && Date.parse(line.at) >= since);
  expect(history[noticed]?.why, story).toMatch(words);
  const launched = history.slice(noticed + 1).find((line) => line.happening === 'planned');
  const exitedAt = statSync(fileOf(task, 1, 'exit.json'), { throwIfNoEntry: false })?.mtimeMs;
  const from = struckAt ?? exitedAt ?? Number.NaN;
  const after = (line: History[number] | undefined): number | undefined =>
    line && Math.max(0, Math.round(Date.parse(line.at) - from));
  const refusedAt = stage.model
    .turns()
    .find(({ step }) => step.kind === 'refusal' || ('fault' in step && step.times))?.at;
  const itself = struckAt === undefined && refusedAt !== undefined;
  return {
    state: expected.state,
    goesOn: expected.lives.length === 1 ? undefined : expected.lives[1] === 'resume' ? 'resumed' : 'begun afresh',
    evidence: history[noticed]?.why ?? '',
    noticedMs: after(history[noticed]),
    launchedMs: after(launched),
    itselfS: itself ? Math.round((from - refusedAt) / 1000) : undefined,
  };
}
