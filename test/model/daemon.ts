import { demo } from '../../src/agents/demo.ts';
import { type ClockRecord, clockJumps } from '../../src/daemon/clock-jumps.ts';
import type { Held } from '../../src/daemon/held.ts';
import type { Entry, Journal } from '../../src/daemon/journal.ts';
import type { Log } from '../../src/daemon/log.ts';
import { type Found, type Outbox, openOutbox } from '../../src/daemon/outbox.ts';
import { Supervisor } from '../../src/daemon/supervisor.ts';
import type { Happening } from '../../src/domain/happening.ts';
import type { TaskId, TaskName } from '../../src/domain/ids.ts';
import { newTask, type Spec, type Task } from '../../src/domain/task.ts';
import { signals } from '../../src/signals/index.ts';
import type { Bug } from './bugs.ts';
import { simulatedDriver } from './driver.ts';
import { current, type Mailbox } from './mailbox.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** The daemon was killed: whatever it was about to do does not happen. */
class Killed extends Error {
  override readonly name = 'Killed';
}
const KILLED = new Killed(); // one for all: whoever is killed a million times needs no stack of each

const ID = 'model-000000' as TaskId; // of the form of an id
const NAME = 'model' as TaskName; // of the form of a name

/** A tick of the model ends with all of its looks. */
const LONGER_THAN_ANY_MS = 3_600_000;

/** Is told each line once it is on disk. */
type Written = (before: Entry | undefined, entry: Entry) => void;

/** What a daemon is started in. */
interface Surroundings {
  readonly world: World;
  readonly mailbox: Mailbox;
  readonly bug: Bug | undefined;
}

/** The product's own supervisor, signals, machine and outbox over a simulated world; it may be killed at any step and is started again. */
export class Daemon {
  readonly #world: World;
  readonly #mailbox: Mailbox;
  readonly #bug: Bug | undefined;
  readonly spec: Spec;
  readonly #chooses: boolean;
  readonly #told: boolean;
  readonly #written: Written;
  /** What is on disk. */
  readonly journal: Entry[] = [];
  #unsynced: Entry[] = [];
  #alive = false;
  #held: Held | undefined;
  #supervisor: Supervisor | undefined;
  #outbox: Outbox | undefined;
  #epoch = 0;
  /** What its lock says of the clock, and of which start of the machine that is. */
  #lock: { readonly boot: number; readonly clock: ClockRecord } | undefined;
  /** So many operations from now the daemon is killed; 0 for never. */
  fuse = 0;

  constructor({ world, mailbox, bug }: Surroundings, { policy, chooses, told }: Scenario, written: Written) {
    this.#world = world;
    this.#mailbox = mailbox;
    this.#chooses = chooses;
    this.#told = told;
    this.#bug = bug;
    this.#written = written;
    this.spec = {
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
      const held: Held = { spec: this.spec, agent: demo, dir: '/', journal: this.#journal(), task: this.onDisk };
      this.#held = held;
      await this.#survive(this.#begin(held));
    }
  }

  /** In the order of the product: first everybody is told what an earlier daemon may not have told. */
  async #begin(held: Held): Promise<void> {
    this.#epoch += 1;
    this.#outbox = await this.#openOutbox();
    this.#supervisor = this.#supervise(this.#outbox);
    this.#supervisor.add(held);
    const step = this.#bug === 'forgetful' ? undefined : () => this.#lastStep();
    await this.#outbox.recover([{ held, step }]);
    await this.#supervisor.readopt(held);
  }

  #lastStep(): ReturnType<NonNullable<Found['step']>> {
    const [before, last] = this.journal.slice(-2);
    if (!before || !last || last.happening.type === 'accepted') return undefined;
    const { happening, at, task: after } = last;
    return { spec: this.spec, before: before.task, after, happening, at };
  }

  async tick(): Promise<void> {
    this.#outbox?.pump();
    if (this.#supervisor) await this.#survive(this.#supervisor.tick(LONGER_THAN_ANY_MS));
  }

  /** Ends in good order, where nothing is going on. */
  async leave(): Promise<void> {
    if (this.#outbox) await this.#survive(this.#outbox.close());
    this.kill();
  }

  /** Lets what is being sent come to its end: nothing of that waits for a clock. */
  async settle(): Promise<void> {
    if (this.#mailbox.waits) await new Promise(setImmediate);
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

  async #openOutbox(): Promise<Outbox> {
    const failpoint = this.#failpoint();
    Object.assign(current, { mailbox: this.#mailbox, failpoint });
    const recipients = this.#told ? [{ notifier: this.#mailbox.notifier(failpoint), settings: {} }] : [];
    const now = () => this.#world.now;
    return await openOutbox({ directory: '/', recipients, epoch: this.#epoch, now, log: this.#log() });
  }

  #log(): Log {
    return { info: () => undefined, error: (facts: object) => this.#complain(facts) } as unknown as Log; // all that is used of it
  }

  #supervise({ tell }: Outbox): Supervisor {
    const failpoint = this.#failpoint();
    const hands = { world: this.#world, failpoint, onDisk: () => this.onDisk, chooses: this.#chooses, bug: this.#bug };
    const driver = simulatedDriver(hands);
    const now = () => this.#world.now;
    return new Supervisor({
      driver,
      signals,
      epoch: this.#epoch,
      environment: {},
      survey: async () => this.#world.trace(),
      changes: async () => undefined,
      maxConcurrent: 1,
      now,
      clockJump: this.#clockJump(),
      log: this.#log(),
      changed: () => undefined,
      tell,
    });
  }

  /** As the lock is handed on: what it says is of no use after a start of the machine. */
  #clockJump(): () => number | undefined {
    const { boot } = this.#world;
    const now = () => this.#world.now;
    const steady = () => this.#world.passed;
    const keep = (clock: ClockRecord) => {
      this.#lock = { boot, clock };
    };
    const forgets = this.#lock?.boot !== boot || this.#bug === 'timeless';
    if (!this.#lock || forgets) keep({ apartMs: now() - steady() });
    return clockJumps(now, steady, this.#lock?.clock, keep);
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
      if (!mine) throw KILLED;
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
