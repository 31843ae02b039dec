import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { methods, type TaskDetail } from '../../src/protocol/methods.ts';
import { endAllOf, type Process } from '../e2e/processes.ts';
import { type Holdfast, holdfast, markedBy } from '../e2e/rig.ts';
import { conversations, hasStored } from './conversations.ts';
import type { Step } from './fake-model/script.ts';
import { type FakeModel, startFakeModel } from './fake-model/server.ts';
import { CLIS, environment, furnish, type RealAgent } from './home.ts';

/** A holdfast, a real agent with a home of its own, and the model it talks to: alone in the world. */
export interface Stage {
  readonly hf: Holdfast;
  /** Where the tasks work. */
  readonly work: string;
  /** The home of the agent. */
  readonly home: string;
  readonly model: FakeModel;
  readonly start: (name: string, prompt: string, ...flags: readonly string[]) => Promise<TaskDetail>;
  /** Waits until these tasks are over; the last look at each. */
  readonly end: (...tasks: readonly TaskDetail[]) => Promise<readonly TaskDetail[]>;
  /** The conversations that the agent has stored. */
  readonly conversations: (...tasks: readonly TaskDetail[]) => Promise<readonly string[]>;
  /** Has the agent of this task stored this text? */
  readonly stored: (text: string, task: TaskDetail) => Promise<boolean>;
}

/** What is other than usual on a stage. */
export interface Wishes {
  /** Of holdfast. */
  readonly settings?: object;
  /** For the agent. */
  readonly env?: Readonly<Record<string, string>>;
  /** A shell script that is run instead of the agent's CLI, which is `$REAL` in it. */
  readonly wrapper?: string;
  /** The home of the agent holds nothing: nobody has ever used it there. */
  readonly fresh?: boolean;
}

/** Sets a stage up and hands `ends` what takes it down. */
export async function setUp(
  agent: RealAgent,
  steps: readonly Step[],
  ends: (takeDown: () => Promise<void>) => void,
  { settings = {}, env: more = {}, wrapper, fresh = false }: Wishes = {},
): Promise<Stage> {
  const root = await mkdtemp(join(homedir(), '.holdfast-agents-'));
  const [home, work] = [join(root, 'home'), join(root, 'work')];
  await mkdir(home);
  await mkdir(work);
  const bin = join(root, 'bin');
  await mkdir(bin);
  if (wrapper !== undefined)
    await writeFile(join(bin, agent), `#!/bin/sh\nREAL='${join(CLIS, agent)}'\n${wrapper}\n`, { mode: 0o700 });
  const model = await startFakeModel(steps);
  if (!fresh) await furnish(home, agent, model.port);
  const env = { ...environment(home, agent, model.port), ...more };
  let closeHoldfast = (): Promise<void> => Promise.resolve();
  ends(async () => {
    await closeHoldfast();
    await endAllOf(root);
    await model.stop();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  });
  const hf = holdfast({
    settings,
    env: { PATH: `${bin}:${CLIS}:${process.env.PATH}` },
    ends: (takeDown) => {
      closeHoldfast = takeDown;
    },
  });

  const start: Stage['start'] = async (name, stdin, ...flags) => {
    const words = ['start', agent, name, '--cwd', work, '--prompt-file', '-', '--json', ...flags];
    const given = Object.entries(env).map(([key, value]) => `--env=${key}=${value}`);
    const done = await hf.begin({ stdin }, ...words, ...given);
    expect(done).toMatchObject({ code: 0 });
    return methods.start.result.parse(JSON.parse(done.stdout)).task ?? expect.fail('the answer names no task');
  };

  const end = async (...tasks: readonly TaskDetail[]): Promise<readonly TaskDetail[]> => {
    const names = tasks.map(({ name }) => name);
    const { code } = await hf.cli('wait', ...names, '--timeout', '150s');
    const ended = await Promise.all(names.map(hf.task));
    if (code === 124) expect.fail(`not all are over:\n${(await Promise.all(names.map(story))).join('\n')}`);
    return ended;
  };
  const story = async (name: string): Promise<string> => (await hf.cli('explain', name)).stdout;

  return {
    hf,
    home,
    work,
    model,
    start,
    end,
    conversations: (...tasks) => conversations[agent]({ home, env, taskDirs: tasks.map(({ directory }) => directory) }),
    stored: (text, { directory }) => hasStored(text, { home, taskDirs: [directory] }),
  };
}

/** Kills every process of these tasks at once. */
export const killAtOnce = (...tasks: readonly TaskDetail[]): void => killAll(() => tasks.flatMap(markedBy));

/** Kills what is found at once: all are stopped first, so that nothing is born and nothing noted down while the others die. */
export function killAll(find: () => readonly Process[]): void {
  const doomed = new Set<number>([process.pid]);
  const others = (): readonly Process[] => find().filter(({ pid }) => !doomed.has(pid));
  for (let found = others(); found.length > 0; found = others()) {
    for (const { pid } of found) {
      doomed.add(pid);
      signal(pid, 'SIGSTOP');
    }
  }
  doomed.delete(process.pid);
  expect(doomed.size).toBeGreaterThan(0);
  for (const pid of doomed) signal(pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it ended before
  }
}
