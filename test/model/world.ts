import type { Trace } from '../../src/domain/circle.ts';
import type { AgentEvent } from '../../src/domain/event.ts';
import type { ExitRecord, Observation } from '../../src/domain/observation.ts';
import { advance, noProgress, type Progress } from '../../src/domain/progress.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Bug } from './bugs.ts';

/** One life of a runner with its agent. */
export interface Life {
  readonly attempt: number;
  readonly run: number;
  bornAt?: number;
  runner: 'alive' | 'gone';
  agent: 'alive' | 'dead';
  progress: Progress;
  /** As it was at the last look. */
  seen?: Progress;
  exit?: ExitRecord;
  lastSignAt?: number;
  /** Said something that the daemon has not read yet. */
  news: boolean;
  /** Was asked to end and will. */
  dying: boolean;
  /** Was asked to resume this conversation. */
  readonly asked?: string;
  /** When it last said something, in time that no clock can set. */
  saidAt?: number;
}

/** What a task was launched with: by whom the daemon's files are read later. */
interface Launched {
  readonly boot: number;
  readonly server: number;
  readonly run: number;
  readonly asked?: string;
}

const MINUTE = 60_000;
const START = 1_800_000_000_000;

/** The machine outside of the daemon: clock, tmux, runners, agents, and what lies in the attempts' directories. */
export class World {
  now = START;
  /** Time that no clock can set back, ms. */
  passed = 0;
  /** So late may a resume be: how long a clock ran on before it was set back, while no daemon lived, a later one cannot know. */
  mostLateMs = 2 * MINUTE;
  /** How often the clock was set forward, or the machine slept. */
  jumps = 0;
  boot = 1;
  server = 1;
  session = false;
  tmux: 'well' | 'down' | 'late' = 'well';
  binary = true;
  persisted = true;
  stubborn = false;
  immortal = false;
  /** The disk takes no record of a runner's birth, as a full one would. */
  unsigned = false;
  readonly claims = new Map<number, 'runner' | 'revoked'>();
  readonly lives = new Map<number, Life>();
  readonly launched = new Map<number, Launched>();
  /** Runners that tmux was told to start and has not started yet. */
  queue: number[] = [];
  readonly violations: string[] = [];
  /** What was typed, each with the state that it was typed in. */
  readonly typed = new Set<string>();
  readonly #coins: readonly boolean[];
  readonly #bug: Bug | undefined;
  #tossed = 0;

  constructor(coins: readonly boolean[], bug: Bug | undefined) {
    this.#coins = coins;
    this.#bug = bug;
  }

  wait(ms: number): void {
    this.now += ms;
    this.passed += Math.max(0, ms);
    if (ms < 0) this.mostLateMs = 5 * MINUTE;
  }

  /** The clock is set forward, or the machine has slept: nobody has lived through that time. */
  jump(ms: number): void {
    this.now += ms;
    this.jumps += 1;
  }

  get living(): readonly Life[] {
    return [...this.lives.values()].filter(({ agent }) => agent === 'alive');
  }

  /** What the same scenario decides in the same way each time. */
  toss(): boolean {
    return this.#coins[this.#tossed++ % this.#coins.length] ?? false;
  }

  expect(holds: boolean, promise: string): void {
    if (!holds) this.violations.push(promise);
  }

  /** tmux runs what it was told to run. */
  startRunners(): void {
    for (const attempt of this.queue.splice(0)) this.#startRunner(attempt);
  }

  #startRunner(attempt: number): void {
    if (this.claims.has(attempt) && this.#bug !== 'noclaim') return; // exits 76
    const { run = 0, asked } = this.launched.get(attempt) ?? {};
    this.claims.set(attempt, 'runner');
    const life: Life = {
      attempt,
      run,
      runner: 'alive',
      agent: 'alive',
      progress: noProgress,
      news: true,
      dying: false,
      ...(asked === undefined ? {} : { asked }),
    };
    this.expect(this.living.length === 0, `I1: attempt ${attempt} began while ${this.living[0]?.attempt} lives`);
    this.lives.set(attempt, life);
    if (!this.unsigned) life.bornAt = this.now;
    life.saidAt = this.passed;
  }

  /** Some agents get on, some go round in circles. */
  trace(): Trace {
    const word = (): string => (this.toss() ? 'the same' : `another ${this.now}`);
    return this.toss() ? { tree: word(), tool: word(), edited: this.toss() } : { tool: word(), edited: false };
  }

  say(life: Life, ...events: readonly AgentEvent[]): void {
    for (const event of events) life.progress = advance(life.progress, event);
    life.lastSignAt = this.now;
    life.saidAt = this.passed;
    life.news = true;
  }

  /** The agent ends, and its runner records how if it still can. */
  end(life: Life, status: number): void {
    life.agent = 'dead';
    if (life.runner === 'alive') life.exit = { status, at: this.now };
    life.runner = 'gone';
  }

  /** The pane loses its process from outside; the agent may outlive that. */
  killRunner(life: Life): void {
    life.runner = 'gone';
    if (this.toss()) life.agent = 'dead';
  }

  killRunners(): void {
    for (const life of this.lives.values()) if (life.runner === 'alive') this.killRunner(life);
  }

  killSession(): void {
    this.session = false;
    this.killRunners();
  }

  tmuxDies(): void {
    this.server += 1;
    this.queue = [];
    this.killSession();
  }

  /** Everything ends at once and nothing is recorded. */
  powerCut(): void {
    for (const life of this.lives.values()) {
      life.agent = 'dead';
      life.runner = 'gone';
    }
    this.immortal = false;
    this.boot += 1;
    this.tmuxDies();
  }

  /** Who was asked to end does so, in his own time. */
  obey(): void {
    for (const life of this.living) if (life.dying && !this.immortal) this.end(life, 143);
  }

  revoke(attempt: number): void {
    if (this.#bug !== 'norevoke' && attempt > 0 && !this.claims.has(attempt)) this.claims.set(attempt, 'revoked');
  }

  /** TERM, then KILL, for everything that bears the task's mark. False where something cannot be killed. */
  killAll(): boolean {
    if (this.immortal && this.living.length > 0) return false;
    for (const life of this.lives.values()) {
      if (life.agent === 'alive' && this.toss()) this.end(life, 143);
      life.agent = 'dead';
      life.runner = 'gone';
    }
    return true;
  }

  look({ attempt }: Task): Observation {
    const life = this.lives.get(attempt);
    const host = this.launched.get(attempt);
    const progress = (this.#bug === 'eventsFirst' ? life?.seen : life?.progress) ?? noProgress;
    if (life) Object.assign(life, { news: false, seen: life.progress });
    return {
      at: this.now,
      attempt,
      claim: this.claims.get(attempt) ?? 'none',
      ...(life?.bornAt === undefined ? {} : { bornAt: life.bornAt }),
      runner: life?.runner ?? 'gone',
      pane: this.#pane(life, host),
      ...(life?.exit ? { exit: life.exit } : {}),
      progress,
      stderr: '',
      ...(life?.lastSignAt === undefined ? {} : { lastSignAt: life.lastSignAt }),
      rebooted: host !== undefined && host.boot !== this.boot,
    };
  }

  #pane(life: Life | undefined, host: Launched | undefined): Observation['pane'] {
    if (this.tmux === 'down') return 'unknown';
    if (host?.server !== this.server) return 'other-server';
    if (!this.session) return 'missing';
    return life === undefined || life.runner === 'alive' ? 'alive' : 'dead'; // a runner that has yet to claim lives
  }
}
