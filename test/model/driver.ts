import { type Driver, LaunchError, type Subject } from '../../src/domain/driver.ts';
import type { Happening } from '../../src/domain/happening.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Bug } from './bugs.ts';
import type { World } from './world.ts';

/** What the driver of one life of the daemon is built from. */
export interface Hands {
  readonly world: World;
  /** Called before every operation on the outside: here the daemon may die. */
  readonly failpoint: () => void;
  /** The last state that is on disk. */
  readonly onDisk: () => Task;
  /** Does the agent let us choose the name of its conversation? */
  readonly chooses: boolean;
  readonly bug: Bug | undefined;
}

/** The print driver's steps in the simulated world: the same order, the same ways to fail. */
export function simulatedDriver({ world, failpoint, onDisk, chooses, bug }: Hands): Driver {
  const written = ({ task }: Subject, what: string): void => {
    const disk = onDisk();
    const same = disk.attempt === task.attempt && disk.phase.state === task.phase.state;
    world.expect(same, `I4: ${what} in ${task.phase.state} ${task.attempt}, disk: ${disk.phase.state} ${disk.attempt}`);
  };

  const reap = async (subject: Subject): Promise<Happening | undefined> => {
    const { attempt } = subject.task;
    written(subject, 'reap');
    failpoint();
    world.revoke(attempt);
    failpoint();
    if (!world.killAll()) return undefined;
    failpoint();
    return provedDead(subject);
  };

  const provedDead = ({ task }: Subject): Happening => {
    const { at, attempt, bornAt, lastSignAt, rebooted } = world.look(task);
    const livedMs = bornAt === undefined ? 0 : Math.max(0, (lastSignAt ?? at) - bornAt);
    return { type: 'provedDead', attempt, rebooted, livedMs };
  };

  const startRunner = (): boolean => {
    if (world.tmux === 'down') return false;
    if (world.session) world.killRunners(); // respawn-pane -k
    world.session = true;
    return world.tmux === 'well';
  };

  return {
    observe: async ({ task }) => {
      failpoint();
      return world.look(task);
    },
    finish: async () => undefined,
    keepScreen: async () => undefined,
    isShown: async () => true,
    screen: async () => undefined,
    examine: async () => ({ tree: { processes: 1, tools: 0, cpuMs: 0 } }),
    isCalm: ({ task }) => {
      const life = world.lives.get(task.attempt);
      return world.tmux === 'well' && world.session && life?.runner === 'alive' && !life.news;
    },
    plan: async ({ task }) => {
      failpoint();
      const { conversation } = task;
      const fresh = {
        kind: 'fresh',
        why: 'nothing to resume',
        ...(chooses ? { conversation: 'chosen' } : {}),
      } as const;
      if (task.attempt === 1 || conversation === undefined || !world.persisted) return fresh;
      return { kind: 'resume', why: 'the conversation lies on disk', conversation };
    },
    launch: async (subject, { conversation }) => {
      const { attempt, run } = subject.task;
      written(subject, 'launch');
      world.expect(subject.task.phase.state !== 'stopping', 'I6: a launch of a task that is being stopped');
      checkUndone(world, subject.task);
      failpoint();
      if (!world.binary) throw new LaunchError('no such binary', { permanent: true });
      world.revoke(attempt - 1);
      failpoint();
      if (attempt > 1 && !world.killAll())
        throw new LaunchError('the last attempt cannot be ended', { permanent: false });
      failpoint();
      const asked = conversation === undefined ? {} : { asked: conversation };
      world.launched.set(attempt, { boot: world.boot, server: world.server, run, ...asked });
      failpoint();
      const well = startRunner();
      if (world.tmux !== 'down') world.queue.push(attempt);
      failpoint();
      if (!well) throw new LaunchError('tmux does not answer', { permanent: false });
    },
    terminate: async (subject) => {
      written(subject, 'terminate');
      failpoint();
      world.revoke(subject.task.attempt);
      failpoint();
      if (world.living.length === 0) return await reap(subject);
      for (const life of world.living) life.dying = !world.stubborn;
      return undefined;
    },
    reap,
    reconcile: async (subject) => {
      const { phase, attempt } = subject.task;
      failpoint();
      const { claim, runner, exit, bornAt, rebooted } = world.look(subject.task);
      if (bug === 'guessed') return provedDead(subject);
      if (claim === 'none') return { type: 'neverClaimed', attempt };
      if (exit && !(rebooted && bug === 'rebootForgets')) return undefined;
      const hung = phase.state === 'lost' && phase.cause === 'hung';
      if (runner === 'alive' && bornAt !== undefined && !hung) return { type: 'foundAlive', attempt, bornAt };
      return await reap(subject);
    },
    say: async (subject, words) => {
      written(subject, 'say');
      const { attempt, since, phase } = subject.task;
      const line = 'text' in words ? words.text : words.keys.join(' ');
      // a line that may be read is not typed twice: the second would be the answer to something else
      const once = phase.state === 'waiting-input' ? `${attempt}@${since}` : `${attempt} poked`;
      world.expect(!world.typed.has(once), `P5: ${JSON.stringify(line)} was typed twice into attempt ${attempt}`);
      failpoint();
      world.typed.add(once);
      if (world.toss()) throw new Error('no living pane');
      failpoint();
      return '';
    },
    close: async () => undefined,
    release: () => undefined,
  };
}

/** What was finished is not begun again, unless an operator wishes it. */
function checkUndone(world: World, { run, attempt }: Task): void {
  for (const life of world.lives.values()) {
    const strayed = life.asked !== undefined && life.progress.conversation !== life.asked;
    const finished = life.exit?.status === 0 && life.progress.turn === 'ended' && !strayed;
    world.expect(!finished || life.run !== run, `P4: attempt ${attempt} repeats what ${life.attempt} finished`);
  }
}
