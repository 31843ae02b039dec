import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Holdfast, holdfast } from '../e2e/rig.ts';
import type { Step } from './fake-model/script.ts';
import { type FakeModel, startFakeModel } from './fake-model/server.ts';
import { CLIS, environment, furnish, type RealAgent } from './home.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

/** A real agent that is to hand tasks over: it runs by itself, with `holdfast` on its PATH and a daemon to talk to. */
export interface Caller {
  readonly hf: Holdfast;
  readonly home: string;
  readonly model: FakeModel;
  /** Runs the agent's CLI with these words; what it prints. */
  readonly run: (...words: readonly string[]) => Promise<string>;
}

/** Sets one up and hands `ends` what takes it down. */
export async function setUpCaller(
  agent: RealAgent,
  steps: readonly Step[],
  ends: (takeDown: () => Promise<void>) => void,
): Promise<Caller> {
  const home = await mkdtemp(join(homedir(), '.holdfast-caller-'));
  await mkdir(join(home, 'bin'));
  await mkdir(join(home, 'work'));
  await symlink(PROGRAM, join(home, 'bin', 'holdfast'));
  const model = await startFakeModel(steps);
  await furnish(home, agent, model.port);
  let closeHoldfast = (): Promise<void> => Promise.resolve();
  ends(async () => {
    await closeHoldfast();
    await model.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });
  const hf = holdfast({
    ends: (takeDown) => {
      closeHoldfast = takeDown;
    },
  });
  const env = {
    ...environment(home, agent, model.port),
    PATH: [join(home, 'bin'), CLIS, process.env.PATH].join(':'),
    HOLDFAST_STATE_DIR: hf.state,
    HOLDFAST_NO_START_DAEMON: '1',
  };
  const run = async (...words: readonly string[]): Promise<string> => {
    const options = {
      env,
      extendEnv: false,
      cwd: join(home, 'work'),
      stdin: 'ignore',
      timeout: 120_000,
      all: true,
    } as const;
    const { all } = await execa(join(CLIS, agent), words, options);
    return all;
  };
  return { hf, home, model, run };
}
