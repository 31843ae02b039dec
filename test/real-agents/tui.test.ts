import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, type TestContext, test } from 'vitest';
import type { TaskDetail } from '../../src/protocol/methods.ts';
import { kindsOf, markedBy } from '../e2e/rig.ts';
import { claudeUsageLimit, codexUsageLimit } from './fake-model/presets.ts';
import { reply, type Step } from './fake-model/script.ts';
import type { RealAgent } from './home.ts';
import { patiently } from './patiently.ts';
import { scoreboard } from './scoreboard.ts';
import { killAtOnce, type Stage, setUp } from './stage.ts';

/** The agents whose own program holdfast can run. */
const AGENTS: readonly RealAgent[] = ['codex', 'claude', 'opencode', 'pi'];

/** What a shell or a terminal would change. */
const PROMPT = 'Count the tiles of the old harbour.\n\t"$(id)" `id` \\n $HOME ; # !1 @nobody /slash';
const STREAM_STALLS_AFTER = 6;

const step = reply({ text: 'One step first.', shell: 'echo tiles-$((40 + 2))' });
const OUTPUT = 'tiles-42';
const longStep = reply({ text: 'Then a long one.', shell: 'sleep 300' });
const theEnd = reply({ text: 'All are counted.' });
const halfAnswer = reply({
  text: 'The harbour has more tiles than one would think, and most of them lie under the sand since the storm of 1872.',
  fault: { kind: 'stall', afterEvents: STREAM_STALLS_AFTER },
});

interface Cell {
  readonly steps: readonly Step[];
  readonly happens: (stage: Stage, task: TaskDetail) => Promise<void>;
  readonly lives: readonly ('fresh' | 'resume')[];
  readonly told: readonly string[];
}

const cells: Readonly<Record<string, Cell>> = {
  done: { steps: [step, theEnd], happens: async () => {}, lives: ['fresh'], told: [OUTPUT] },
  'killed in the stream': {
    steps: [step, halfAnswer, theEnd],
    happens: async ({ model, stored }, task) => {
      await patiently(() => model.turns()[1]?.sent === STREAM_STALLS_AFTER);
      await patiently(() => stored(OUTPUT, task)); // claude asks on before it has written (2.1.197)
      killAtOnce(task);
    },
    lives: ['fresh', 'resume'],
    told: [OUTPUT],
  },
  'killed in a tool': {
    steps: [step, longStep, theEnd],
    happens: async (_, task) => {
      await patiently(() => markedBy(task).some(({ text }) => text.includes('sleep 300')));
      killAtOnce(task);
    },
    lives: ['fresh', 'resume'],
    told: [OUTPUT],
  },
};

const board = scoreboard(AGENTS, Object.keys(cells));
afterAll(board.print);

describe.concurrent.each(AGENTS)('%s in its own program', (agent) => {
  for (const [name, cell] of Object.entries(cells)) {
    test(name, async (context) => {
      const held = board.begin(agent, name);
      held(kindsOf(await survive(agent, cell, context)).join('+'));
    });
  }
});

async function survive(
  agent: RealAgent,
  cell: Cell,
  { expect, onTestFinished }: TestContext,
  wrapper?: string,
): Promise<TaskDetail> {
  const settings = { silence: { lingerSeconds: 2 } };
  const wishes = { settings, ...(wrapper === undefined ? {} : { wrapper }) };
  const stage = await setUp(agent, cell.steps, onTestFinished, wishes);
  const task = await stage.start('tiles', PROMPT, '--driver', 'tui');
  await cell.happens(stage, task);
  const [ended] = await stage.end(task);
  if (!ended) return expect.fail('there is no such task');

  expect(ended).toMatchObject({ state: 'succeeded', driver: 'tui', lastMessage: 'All are counted.' });
  expect(kindsOf(ended)).toEqual(cell.lives);
  const turns = stage.model.turns();
  expect(turns, 'one request for each step, and none more').toHaveLength(cell.steps.length);
  const last = turns.at(-1)?.body ?? '';
  for (const text of cell.told) expect(last).toContain(text);
  expect(last.split(JSON.stringify(PROMPT).slice(1, -1)), 'the prompt, to the byte, is there once').toHaveLength(2);
  expect(await stage.conversations(task)).toHaveLength(cell.lives.filter((life) => life === 'fresh').length);
  expect(markedBy(task)).toEqual([]);
  return ended;
}

/** How a model makes them ask, which files their questions name, and what their providers say at the end of a quota. */
const ASKERS = {
  codex: {
    write: (path: string) =>
      reply({
        text: 'I write.',
        tools: [
          {
            name: 'exec_command',
            args: { cmd: `echo tiles > ${path}`, sandbox_permissions: 'require_escalated', justification: 'May I?' },
          },
        ],
      }),
    limit: () => codexUsageLimit({ resetsIn: 3600, times: '*' }),
    env: {},
  },
  claude: {
    write: (path: string) => reply({ text: 'I write.', write: { path, content: 'tiles' } }),
    limit: () => claudeUsageLimit({ resetsIn: 3600, times: '*' }),
    env: { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'dummy' },
  },
} as const;

describe.concurrent.each(['codex', 'claude'] as const)('%s in its own program', (agent) => {
  const settings = { silence: { lingerSeconds: 2 } };
  const { write, limit, env } = ASKERS[agent];

  test.for([
    ['yes', true],
    ['no', false],
  ] as const)('asks for a permission, and takes the answer %s', async ([answer, written], context) => {
    const { expect, onTestFinished } = context;
    const outside = await mkdtemp(join(tmpdir(), 'holdfast-outside-'));
    onTestFinished(() => rm(outside, { recursive: true }));
    const path = join(outside, 'made.txt');
    const { hf, start, end, model } = await setUp(agent, [write(path), theEnd, theEnd], onTestFinished, { settings });
    const task = await start('tiles', PROMPT, '--driver', 'tui');
    await patiently(async () => (await hf.task(task.name)).state === 'waiting-input');
    expect((await hf.task(task.name)).question?.text).toContain(path);
    await patiently(async () => /esc to cancel/i.test((await hf.cli('logs', task.name, '--screen')).stdout));
    expect(await hf.cli('answer', task.name, answer)).toMatchObject({ code: 0 });
    const [ended] = await end(task);
    expect(ended?.state).toBe('succeeded');
    expect(existsSync(path)).toBe(written);
    expect(model.turns().at(-1)?.body.includes('That was refused.')).toBe(!written);
  });

  test('has a usage limit waited for as in print mode', async ({ expect, onTestFinished }) => {
    const { hf, start } = await setUp(agent, [limit()], onTestFinished, { env, settings });
    const { name } = await start('tiles', PROMPT, '--driver', 'tui');
    await patiently(async () => !['pending', 'starting', 'running'].includes((await hf.task(name)).state));
    const limited = await hf.task(name);
    expect(limited).toMatchObject({ state: 'rate-limited', next: { what: 'resume' } });
    expect(Date.parse(limited.next?.at ?? '')).toBeGreaterThan(Date.now() + 3_400_000); // of the 3600 s that it was told
  });
});

describe.concurrent('codex in its own program', () => {
  const NOT_AT_FIRST = '[ -e ~/before ] || export HOLDFAST_PROMPT=/nowhere; : >~/before; exec "$REAL" "$@"';

  test('to which the hook cannot hand the task begins no turn without it', async (context) => {
    const cell: Cell = { steps: [step, theEnd], happens: async () => {}, lives: ['fresh', 'fresh'], told: [OUTPUT] };
    await survive('codex', cell, context, NOT_AT_FIRST);
  });

  test('that makes a conversation shorter in the middle of a turn is given its task again', async (context) => {
    const { expect, onTestFinished } = context;
    const large = reply({ text: 'One step first.', shell: 'echo tiles', tokens: { input: 200_000, output: 50 } });
    const { home, start, end, model } = await setUp('codex', [large, theEnd], onTestFinished, {
      settings: { silence: { lingerSeconds: 2 } },
    });
    const config = join(home, '.codex', 'config.toml');
    await writeFile(config, `model_auto_compact_token_limit = 100000\n${await readFile(config, 'utf8')}`);
    const [ended] = await end(await start('tiles', PROMPT, '--driver', 'tui'));
    expect(ended).toMatchObject({ state: 'succeeded', lastMessage: 'All are counted.' });
    const last = model.turns().at(-1)?.body ?? '';
    expect(last, 'the step is gone').not.toContain('One step first.');
    expect(last.split(JSON.stringify(PROMPT).slice(1, -1)), 'the prompt is there once').toHaveLength(2);
  });
});
