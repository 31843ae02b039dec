import { demo } from '../../src/agents/demo.ts';
import { clockJumps } from '../../src/daemon/clock-jumps.ts';
import type { Held } from '../../src/daemon/held.ts';
import type { Entry, Journal } from '../../src/daemon/journal.ts';
import type { Log } from '../../src/daemon/log.ts';
import { Supervisor } from '../../src/daemon/supervisor.ts';
import type { Happening } from '../../src/domain/happening.ts';
import type { TaskId, TaskName } from '../../src/domain/ids.ts';
import { newTask, type Spec, type Task } from '../../src/domain/task.ts';
import { signals } from '../../src/signals/index.ts';
import type { Bug } from './bugs.ts';
import { simulatedDriver } from './driver.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** The daemon was killed: whatever it was about to do does not happen. */
class Killed extends Error {
  override readonly name = 'Killed';
}

const ID = 'model-000000' as TaskId; // of the form of an id
const NAME = 'model' as TaskName; // of the form of a name

/** Is told each line once it is on disk. */
type Written = (before: Entry | undefined, entry: Entry) => void;

/** The product's own supervisor, signals and machine over a simulated world; it may be killed at any step and is started again. */
export class Daemon {
  readonly #world: World;
  readonly #bug: Bug | undefined;
  readonly #spec: Spec;
  readonly #chooses: boolean;
  readonly #written: Written;
  /** What is on disk. */
  readonly journal: Entry[] = [];
  #unsynced: Entry[] = [];
  #alive = false;
  #held: Held | undefined;
  #supervisor: Supervisor | undefined;
  /** So many operations from now the daemon is killed; 0 for never. */
  fuse = 0;

  constructor(world: World, { policy, chooses }: Scenario, bug: Bug | undefined, written: Written) {
    this.#world = world;
    this.#chooses = chooses;
    this.#bug = bug;
    this.#written = written;
    this.#spec = {
      schema: 1,
      id: ID,
      name: NAME,
      agent: 'demo',
      session: 'demo-model',
      cwd: '/',
      createdAt: world.now,
      labels: [],
      permissions: 'workspace',
      chosenId: '00000000-0000-4000-8000-000000000000',
      prompt: { bytes: 0, sha256: '' },
      policy,
    };
    const accepted = { at: world.now, happening: { type: 'accepted' }, task: newTask(world.now) } as const;
    this.journal.push({ v: 1, line: 0, epoch: 1, ...accepted });
  }

  /** The state as the daemon has it in memory. */
  get task(): Task {
    return this.#held?.task ?? this.onDisk;
  }

  get onDisk(): Task {
    const last = this.journal.at(-1);
    if (!last) throw new Error('the journal has a first entry from the beginning');
    return last.task;
  }

  /** SIGKILL, now. */
  kill(): void {
    this.#alive = false;
    this.#unsynced = [];
  }

  /** Starts the daemon until it lives: it may be killed in the middle of taking over. */
  async revive(): Promise<void> {
    for (let tries = 0; !this.#alive && tries < 10; tries++) {
      this.#alive = true;
      const held: Held = { spec: this.#spec, agent: demo, dir: '/', journal: this.#journal(), task: this.onDisk };
      this.#held = held;
      this.#supervisor = this.#supervise();
      this.#supervisor.add(held);
      await this.#survive(this.#supervisor.readopt(held));
    }
  }

  async tick(): Promise<void> {
    if (this.#supervisor) await this.#survive(this.#supervisor.tick());
  }

  async look(): Promise<void> {
    if (this.#supervisor && this.#held) await this.#survive(this.#supervisor.look(this.#held));
  }

  async tell(happening: Happening): Promise<void> {
    if (this.#supervisor && this.#held) await this.#survive(this.#supervisor.tell(this.#held, happening));
  }

  async #survive(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    if (this.#alive) this.#sync();
  }

  #supervise(): Supervisor {
    const failpoint = this.#failpoint();
    const hands = { world: this.#world, failpoint, onDisk: () => this.onDisk, chooses: this.#chooses, bug: this.#bug };
    const driver = simulatedDriver(hands);
    const log = { info: () => undefined, error: (facts: object) => this.#complain(facts) } as unknown as Log; // all that the supervisor uses of it
    const now = () => this.#world.now;
    return new Supervisor({
      driver,
      signals,
      epoch: 1,
      environment: {},
      survey: async () => this.#world.trace(),
      changes: async () => undefined,
      maxConcurrent: 1,
      now,
      clockJump: clockJumps(now, () => this.#world.passed),
      log,
      changed: () => undefined,
    });
  }

  #complain(facts: { readonly event?: string; readonly err?: unknown }): void {
    if (facts.err instanceof Killed) return;
    this.#world.violations.push(`the supervisor complains: ${facts.event} ${String(facts.err)}`);
  }

  /** Each life of the daemon has one: the dead do nothing. */
  #failpoint(): () => void {
    let mine = true;
    return () => {
      if (mine && this.#alive && this.fuse > 0 && --this.fuse === 0) this.kill();
      mine &&= this.#alive;
      if (!mine) throw new Killed();
    };
  }

  #journal(): Journal {
    const failpoint = this.#failpoint();
    return {
      entries: async () => this.journal,
      append: async (facts) => {
        failpoint();
        const entry: Entry = { v: 1, line: this.journal.length + this.#unsynced.length, ...facts };
        this.#unsynced.push(entry);
        if (this.#bug !== 'effectFirst') this.#sync();
        failpoint();
      },
    };
  }

  #sync(): void {
    for (const entry of this.#unsynced.splice(0)) {
      const before = this.journal.at(-1);
      this.journal.push(entry);
      this.#written(before, entry);
    }
  }
}
