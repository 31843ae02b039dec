import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskDetail } from '../../protocol/methods.ts';
import { begin, type Ground, isAlive, type Trial } from './trial.ts';

/** What holdfast made of a fault. */
export interface Finding {
  /** In two words. */
  readonly verdict: string;
  readonly evidence: string;
  /** What is wrong with it; empty where nothing is. */
  readonly wrong: readonly string[];
  /** From the fault until the journal knew of it. */
  readonly knownMs?: number;
  /** From the fault until the next attempt was there. */
  readonly resumedMs?: number;
}

type Try = (ground: Ground, name: string) => Promise<Finding>;

/** How a task is made to crash: by a blow from outside, or by a line of its own script. */
type Crash = { readonly why: RegExp; readonly says?: string } & (
  | { readonly blow: (trial: Trial, ground: Ground) => Promise<unknown> }
  | { readonly line: string }
);

const BEFORE = '@run echo before >> NAME.log';
const AFTER = '@run echo after >> NAME.log';
const HOLD = ['@touch NAME.ready', '@wait NAME.go'];
/** So long must a task that only looks dead be left in peace. */
const PEACE_MS = 1500;

/** Tries a fault after which the same conversation must go on, once. */
export const crash =
  (how: Crash): Try =>
  async (ground, name) => {
    const self = 'line' in how ? [how.line] : HOLD;
    const trial = await begin(ground, name, [BEFORE, ...(how.says ? [how.says] : []), ...self, AFTER]);
    const struckAt = 'line' in how ? await trial.exitedAt(1) : await strike(trial, ground, how.blow);
    const known = await trial.happened(struckAt, 'exited', 'vanished');
    const resumed = await trial.happened(struckAt, 'claimed');
    trial.go();
    const end = await trial.end();
    const cause = end.attempts[0]?.cause ?? '';
    return {
      verdict: end.attempt === 2 ? 'crash, resumed' : `${end.attempt} attempts`,
      evidence: cause,
      knownMs: Math.max(0, known.ms - struckAt),
      resumedMs: Math.max(0, resumed.ms - struckAt),
      wrong: [
        ...wrongWith(trial, end, { attempts: 2, log: 'before\nafter\n' }),
        ...(how.why.test(cause) ? [] : [`the cause was told as "${cause}"`]),
      ],
    };
  };

async function strike(trial: Trial, ground: Ground, blow: (trial: Trial, ground: Ground) => Promise<unknown>) {
  await trial.sees('ready');
  const at = Date.now();
  await blow(trial, ground);
  return at;
}

/** Tries something that only looks like an end: the task must be left in peace. */
export const alive =
  (line: string): Try =>
  async (ground, name) => {
    const trial = await begin(ground, name, [BEFORE, line, ...HOLD, AFTER]);
    await trial.sees('ready');
    await sleep(PEACE_MS, undefined, { signal: ground.signal });
    const { state } = await trial.show();
    trial.go();
    const end = await trial.end();
    return {
      verdict: state === 'running' ? 'at work' : state,
      evidence: `${state} for ${PEACE_MS / 1000} s, then ${end.summary}`,
      wrong: [
        ...(state === 'running' ? [] : [`it was called ${state}`]),
        ...wrongWith(trial, end, { attempts: 1, log: 'before\nafter\n' }),
      ],
    };
  };

/** Tries an agent that has said its last word and does not leave: its work is done, and only its process must go. */
export const lingered: Try = async (ground, name) => {
  const trial = await begin(ground, name, [BEFORE, AFTER, '@final-then-hang']);
  const agent = await trial.pid('agent');
  const end = await trial.end();
  return {
    verdict: end.state,
    evidence: end.summary,
    wrong: [
      ...(isAlive(agent) ? ['its process lives on'] : []),
      ...wrongWith(trial, end, { attempts: 1, log: 'before\nafter\n' }),
    ],
  };
};

/** Silence is a hang here after seconds, and in no other directory: there the tasks wait for us. */
const HASTY = { silence: { stalledMinutes: 0.02, hungMinutes: 0.04, hungIdleMinutes: 0.01 } };

/** Tries an agent that lives and does nothing any more: it is ended, with proof, and the same conversation goes on. */
export const hung: Try = async (ground, name) => {
  const work = join(ground.home.work, name);
  mkdirSync(work);
  writeFileSync(join(work, '.holdfast.json'), JSON.stringify(HASTY));
  const trial = await begin({ ...ground, home: { ...ground.home, work } }, name, [BEFORE, '@once @hang', AFTER]);
  const agent = await trial.pid('agent');
  const { ms: bornAt } = await trial.happened(0, 'claimed');
  const known = await trial.happened(bornAt, 'hung');
  const resumed = await trial.happened(known.ms, 'claimed');
  const end = await trial.end();
  const cause = end.attempts[0]?.cause ?? '';
  return {
    verdict: end.attempt === 2 ? 'hang, resumed' : `${end.attempt} attempts`,
    evidence: cause,
    knownMs: known.ms - bornAt,
    resumedMs: resumed.ms - bornAt,
    wrong: [
      ...(isAlive(agent) ? ['its process lives on'] : []),
      ...(/it hung: nothing written/.test(cause) ? [] : [`the cause was told as "${cause}"`]),
      ...wrongWith(trial, end, { attempts: 2, log: 'before\nafter\n' }),
    ],
  };
};

/** Tries the death of what watches: the agent must not notice. */
export const survived =
  (blow: (ground: Ground) => Promise<unknown>): Try =>
  async (ground, name) => {
    const trial = await begin(ground, name, [BEFORE, ...HOLD, AFTER]);
    const agent = await trial.pid('agent');
    await trial.sees('ready');
    const struckAt = Date.now();
    await blow(ground);
    const { state } = await trial.show();
    const resumedMs = Date.now() - struckAt;
    const same = (await trial.pid('agent')) === agent;
    trial.go();
    const end = await trial.end();
    return {
      verdict: 'agent went on',
      evidence: `the next daemon found it ${state}`,
      resumedMs,
      wrong: [
        ...(same && state === 'running' ? [] : ['the agent did not go on']),
        ...wrongWith(trial, end, { attempts: 1, log: 'before\nafter\n' }),
      ],
    };
  };

/** Kills one of three agents in one directory: the others must not notice, and nobody may get another's conversation. */
export const together: Try = async (ground, name) => {
  const trials = await Promise.all(
    ['a', 'b', 'c'].map((letter) => begin(ground, `${name}-${letter}`, [BEFORE, ...HOLD, AFTER])),
  );
  await Promise.all(trials.map(({ sees }) => sees('ready')));
  const [, struck] = trials;
  if (!struck) throw new Error('there are three of them');
  const pid = await struck.pid('agent');
  const struckAt = Date.now();
  process.kill(pid, 'SIGKILL');
  const known = await struck.happened(struckAt, 'exited', 'vanished');
  const resumed = await struck.happened(struckAt, 'claimed');
  for (const { go } of trials) go();
  const ends = await Promise.all(trials.map(({ end }) => end()));
  const conversations = new Set(ends.map(({ conversation }) => conversation)).size;
  return {
    verdict: 'one resumed',
    evidence: `attempts ${ends.map(({ attempt }) => attempt).join(', ')}; ${conversations} conversations`,
    knownMs: known.ms - struckAt,
    resumedMs: resumed.ms - struckAt,
    wrong: [
      ...(conversations === 3 ? [] : ['two of them share a conversation']),
      ...trials.flatMap((trial, index) => {
        const end = ends[index];
        return end ? wrongWith(trial, end, { attempts: trial === struck ? 2 : 1, log: 'before\nafter\n' }) : [];
      }),
    ],
  };
};

/** What is wrong with the end of a task that should have succeeded, with nothing done twice. */
function wrongWith(
  { task, log }: Trial,
  end: TaskDetail,
  due: { readonly attempts: number; readonly log: string },
): readonly string[] {
  return [
    ...(end.state === 'succeeded' ? [] : [`it ended ${end.state}: ${end.summary}`]),
    ...(end.attempt === due.attempts ? [] : [`it took ${end.attempt} attempts`]),
    ...(end.conversation === task.conversation ? [] : ['another conversation was resumed']),
    ...(log() === due.log ? [] : [`its steps were done as ${JSON.stringify(log())}`]),
  ];
}
