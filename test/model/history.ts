import type { Entry } from '../../src/daemon/journal.ts';
import type { Happening } from '../../src/domain/happening.ts';
import { isFinal } from '../../src/domain/task.ts';
import type { Bug } from './bugs.ts';
import type { Coverage } from './coverage.ts';
import { Daemon } from './daemon.ts';
import { Mailbox } from './mailbox.ts';
import { checkLine, checkRest, checkSilence } from './promises.ts';
import { type Action, type End, type Lives, lastWords, type Misfortune, type Scenario } from './scenario.ts';
import { staleWord, wordOf } from './words.ts';
import { type Life, World } from './world.ts';

const MINUTE = 60_000;
/** So many rounds may a task take to its end once nothing troubles it any more. */
const ROUNDS = 30;

/** Plays one history against the product's supervisor and throws at the first promise that is broken. */
export class History {
  readonly #scenario: Scenario;
  readonly #world: World;
  readonly #mailbox: Mailbox;
  readonly #daemon: Daemon;
  readonly #coverage: Coverage;
  readonly #results: ReadonlySet<number>;
  #waits: { readonly since: number; readonly ms: number } | undefined;

  constructor(scenario: Scenario, coverage: Coverage, results: ReadonlySet<number>, bug?: Bug) {
    this.#scenario = scenario;
    this.#coverage = coverage;
    this.#results = results;
    this.#world = new World(scenario.coins, bug);
    this.#mailbox = new Mailbox(scenario.coins, bug, (holds, promise) => this.#world.expect(holds, promise));
    const surroundings = { world: this.#world, mailbox: this.#mailbox, bug };
    this.#daemon = new Daemon(surroundings, scenario, (before, entry) => this.#line(before, entry));
  }

  async play(): Promise<void> {
    await this.#daemon.revive();
    for (const action of this.#scenario.actions) {
      await this.#act(action);
      await this.#rest();
    }
    await this.#toTheEnd();
  }

  #line(before: Entry | undefined, entry: Entry): void {
    if (!before) return;
    checkLine(this.#world, this.#scenario.policy, before, entry);
    checkSilence(this.#world, this.#scenario.policy, entry);
    if (this.#scenario.told) this.#mailbox.journalled(this.#daemon.spec, before, entry);
    this.#coverage.count(before, entry);
    const { phase, seq } = entry.task;
    if (isFinal(phase) && !isFinal(before.task.phase))
      this.#world.expect(this.#results.has(seq), `I9: ${phase.state} was told before there was a result`);
    if (phase.state !== 'backing-off') this.#waits = undefined;
    else if (before.task.phase.state !== 'backing-off')
      this.#waits = { since: this.#world.passed, ms: phase.retryAt - entry.at };
  }

  async #rest(): Promise<void> {
    await this.#daemon.settle();
    await this.#daemon.revive();
    const { task, onDisk } = this.#daemon;
    checkRest(this.#world, this.#scenario.policy, task, onDisk);
    const late = this.#waits ? this.#world.passed - this.#waits.since - this.#waits.ms : 0;
    this.#world.expect(late <= this.#world.mostLateMs, `I10: a resume is ${late} ms late`);
    const [broken] = this.#world.violations;
    if (broken !== undefined) throw new Error(broken);
  }

  async #act(action: Action): Promise<void> {
    const daemon = this.#daemon;
    switch (action.do) {
      case 'tick':
      case 'look':
        this.#world.wait(action.ms);
        this.#world.obey();
        return await (action.do === 'tick' ? daemon.tick() : daemon.look());
      case 'run':
        return await this.#run(action.minutes);
      case 'lives':
        for (let i = 0; i < action.times; i++) await this.#live(action);
        break;
      case 'killDaemon':
        daemon.kill();
        break;
      case 'endDaemon':
        return await daemon.leave();
      case 'jump':
        this.#world.jump(action.ms);
        return await daemon.tick();
      case 'fuse':
        daemon.fuse = action.operations;
        break;
      case 'tell':
        // a hang is seen of an agent only that has fallen silent, and again at each look
        if (action.what === 'hung' && !action.stale) {
          await daemon.tell(this.#word({ ...action, what: 'fellSilent' }));
          await daemon.tell(this.#word(action));
        }
        return await daemon.tell(this.#word(action));
      case 'stale':
        return await this.#stale(action);
      case 'stop':
        return await daemon.tell({ type: 'stopRequested', by: 'an operator', graceMs: 5000 });
      case 'retry':
        return await daemon.tell({ type: 'retryRequested', by: 'an operator' });
      default:
        this.#befall(action);
        if ('looks' in action && action.looks) await daemon.look();
    }
  }

  /** What happens in the world happens without the daemon. */
  #befall(action: Misfortune): void {
    const world = this.#world;
    switch (action.do) {
      case 'runners':
        world.startRunners();
        break;
      case 'exit':
        this.#exit(action.end);
        break;
      case 'speak':
        this.#speak(action.own);
        break;
      case 'finish':
        this.#finish();
        break;
      case 'killRunners':
        world.killRunners();
        break;
      case 'killSession':
        world.killSession();
        break;
      case 'tmuxDies':
        world.tmuxDies();
        break;
      case 'powerCut':
        world.powerCut();
        this.#daemon.kill();
        break;
      case 'tmux':
        world.tmux = action.is;
        break;
      case 'flip':
        world[action.what] = !world[action.what];
        break;
      default:
        action satisfies never;
    }
  }

  async #run(minutes: number): Promise<void> {
    for (let i = 0; i < minutes; i++) {
      this.#world.wait(MINUTE);
      await this.#daemon.tick();
    }
  }

  #exit(end: End): void {
    const world = this.#world;
    for (const life of world.living) {
      this.#sayLast(life, end);
      world.end(life, end.status);
    }
  }

  /** Every agent has named its conversation before it ends. */
  #sayLast(life: Life, end: End): void {
    if (life.progress.conversation === undefined) this.#speak(true);
    this.#world.say(life, ...lastWords(end, this.#world.now));
  }

  /** Agents say that they are done, and stay. */
  #finish(): void {
    for (const life of this.#world.living) this.#sayLast(life, { status: 0, final: true });
  }

  #speak(own: boolean): void {
    for (const life of this.#world.living) {
      const id = own ? (life.asked ?? `c${life.attempt}`) : `other${life.attempt}`;
      this.#world.say(life, { type: 'conversation', id }, { type: 'turn-started' });
    }
  }

  #word(action: Extract<Action, { do: 'tell' }>): Happening {
    return wordOf(action, this.#daemon.task.attempt - (action.stale ? 1 : 0));
  }

  async #stale(action: Extract<Action, { do: 'stale' }>): Promise<void> {
    const { seq, attempt } = this.#daemon.task;
    await this.#daemon.tell(staleWord(action, attempt - 1, this.#world.now));
    const { what } = action;
    this.#world.expect(this.#daemon.task.seq === seq, `I11: ${what} of attempt ${attempt - 1} changed something`);
  }

  /** One whole life after the next wait, ended in this way. In the dark and before a power cut: while no daemon lives. */
  async #live({ minutes, own, ends, end }: Omit<Lives, 'do' | 'times'>): Promise<void> {
    await this.#untilDue();
    this.#world.startRunners();
    const dark = ends === 'in the dark' || ends === 'before a power cut';
    await (dark ? this.#daemon.kill() : this.#daemon.look());
    this.#speak(own);
    if (!dark) await this.#run(minutes);
    if (ends === 'with its session') this.#world.killSession();
    else if (ends === 'never') this.#finish();
    else this.#exit(end);
    if (ends === 'before a power cut') this.#world.powerCut();
    await this.#daemon.revive();
    await this.#daemon.look();
    await this.#daemon.revive();
  }

  async #untilDue(): Promise<void> {
    const { phase } = this.#daemon.task;
    const due = phase.state === 'backing-off' ? phase.retryAt : phase.state === 'rate-limited' ? phase.until : 0;
    this.#world.wait(Math.max(5000, due - this.#world.now));
    this.#world.obey();
    await this.#daemon.tick();
    await this.#daemon.revive();
  }

  /** I5: when nothing troubles it any more, a task reaches its end by itself. */
  async #toTheEnd(): Promise<void> {
    const world = this.#world;
    Object.assign(world, { tmux: 'well', binary: true, stubborn: false, immortal: false, unsigned: false });
    this.#daemon.fuse = 0;
    await this.#daemon.revive();
    for (let round = 0; round < ROUNDS && !isFinal(this.#daemon.task.phase); round++) {
      await this.#live({ minutes: 0, own: true, ends: 'by itself', end: { status: 0, final: true } });
      await this.#rest();
    }
    world.expect(isFinal(this.#daemon.task.phase), `I5: still ${this.#daemon.task.phase.state} after ${ROUNDS} rounds`);
    await this.#rest();
    if (this.#scenario.told) await this.#allTold();
  }

  /** I9: when whoever is told is there again, everything is told. */
  async #allTold(): Promise<void> {
    this.#mailbox.well = true;
    for (let round = 0; round < ROUNDS && this.#mailbox.waits; round++) {
      this.#world.wait(Math.max(5000, this.#mailbox.triedAt - this.#world.now));
      await this.#daemon.tick();
      await this.#rest();
    }
    this.#mailbox.check();
    await this.#rest();
  }
}
