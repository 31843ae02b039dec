import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Operator, operator } from './failing-daemon.ts';
import { brokenPromises, dueNotices, leftOf } from './kept-promises.ts';
import { expectOnce } from './nothing-doubled.ts';
import { type Holdfast, holdfast } from './rig.ts';
import { until } from './until.ts';

/*
 * The daemon kills itself at its k-th operation on files, tmux, processes and notifiers, for k = 1, 2, 3 … until the
 * scenario comes to its end first. Whatever it was doing, the next daemon brings the task to its end, once. A plain run
 * gives each part of the scenario a daemon of its own and walks every second k of each part, the odd ones of one and the
 * even ones of the next, because the whole of CI has 20 minutes; where it begins is drawn and printed (HOLDFAST_FAILPOINTS_PHASE=0
 * or 1 repeats it); HOLDFAST_FAILPOINTS=each walks every k.
 * `npm run test:failpoints` walks every k of one daemon that lives through all parts, twice: the second time with a next
 * daemon that dies early too.
 */
const WHOLE = process.env.HOLDFAST_FAILPOINTS === 'all';
const STRIDE = process.env.HOLDFAST_FAILPOINTS === 'each' ? 1 : 2;
const PHASE = Number(process.env.HOLDFAST_FAILPOINTS_PHASE ?? Date.now() % 2);
const AT_THE_SAME_TIME = 4;
const LIMIT_MS = WHOLE ? 3_600_000 : 900_000;

const told = { type: 'command', argv: ['sh', '-c', 'printf "%s\\n" "$HOLDFAST_NOTICE" >> "$HOME/work/told"'] };
const settings = {
  tickSeconds: 0.5,
  resume: { baseMinutes: 0, jitter: 0, fastDeaths: 1000, maxAttempts: 50 },
  notify: { to: { told } },
};
const script = [
  '@run echo one >> log',
  '@once @die SIGKILL',
  '@touch ready',
  '@wait go',
  '@run echo two >> log',
  '@say over',
];
const DAMAGED = 'damaged-AAAAAA';

/** What happens in a part, from whatever state a daemon left that may have died; it has more than so many operations, or some are no points of death any more. */
type Part = readonly [name: string, play: (someone: Operator, hf: Holdfast) => Promise<void>, operations: number];

const parts: readonly Part[] = [
  [
    'start, crash and resume',
    async ({ start, show }, hf) => {
      await start('walk', script);
      await until(async () => (await show('walk')) && existsSync(hf.inside('work', 'ready')));
    },
    110,
  ],
  ['stop', async ({ stop }) => expect((await stop('walk')).state).toBe('cancelled'), 40],
  [
    'retry',
    async (someone, hf) => {
      hf.touch('go');
      await someone.retry('walk');
      await expectKept(await someone.end('walk'), someone, hf);
    },
    65,
  ],
  [
    'forget',
    async ({ forget }, hf) => {
      await forget('walk');
      expect(readdirSync(join(hf.state, 'tasks'))).toEqual([]);
    },
    20,
  ],
];

/** Every step was done once, every promise was kept, and everybody heard of everything. */
async function expectKept(task: Awaited<ReturnType<Operator['end']>>, { show, deaths }: Operator, hf: Holdfast) {
  await expectOnce(hf, task, script.length);
  expect(hf.text('log')).toBe('one\ntwo\n');
  const left = leftOf(task);
  expect(brokenPromises(left)).toEqual([]);
  const due = dueNotices(left);
  const heard = (): readonly string[] => hf.text('told').split('\n').slice(0, -1);
  const all = until(async () => (await show('walk')) && due.every((id) => heard().includes(id)));
  expect(await all, `I9: of ${due.join(' ')} only ${heard().join(' ')} was told`).toBe(true);
  const times = (id: string): number => heard().filter((other) => other === id).length;
  const ids = [...new Set(heard())].filter((id) => !/-recovered-\d+$/.test(id));
  expect(ids.sort(), 'I9: nothing else is told').toEqual([...due].sort());
  expect(Math.max(...ids.map(times)), 'I9: a death in the middle of telling repeats it').toBeLessThanOrEqual(
    1 + deaths(),
  );
}

/** A task that no daemon can read: it costs itself alone, wherever the daemon dies that sets it aside. */
function damage({ state }: Holdfast): void {
  const directory = join(state, 'tasks', DAMAGED);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, 'spec.json'), '{"schema":1,"na');
}

function expectSetAside({ state }: Holdfast): void {
  const [place = '', ...others] = readdirSync(join(state, 'quarantine'));
  expect(others).toEqual([]);
  expect(place).toMatch(new RegExp(`^\\d+-${DAMAGED}$`));
  expect(readdirSync(join(state, 'quarantine', place))).toEqual(expect.arrayContaining(['reason.txt', 'spec.json']));
}

/** One scenario. `deathsIn` says where the next daemons die that begin with this part, if new ones begin with it; comes back with the parts in which one died. */
async function walk(deathsIn: (part: number) => readonly number[] | undefined): Promise<ReadonlySet<number>> {
  let takeDown = async (): Promise<void> => undefined;
  const ends = (work: () => Promise<void>): void => {
    takeDown = work;
  };
  const hf = holdfast({ settings, ends });
  damage(hf);
  const someone = operator(hf, deathsIn(0) ?? []);
  const died = new Set<number>();
  let doing = '';
  try {
    for (const [index, [name, play]] of parts.entries()) {
      const before = someone.deaths();
      const next = deathsIn(index + 1);
      doing = `${name}, with a death at operation ${(deathsIn(index) ?? []).join(', the next at its ')}`;
      await play(someone, hf);
      if (next || index === parts.length - 1) await someone.relieve(next ?? []);
      if (someone.deaths() > before) died.add(index);
    }
    expectSetAside(hf);
    return died;
  } catch (cause) {
    throw new Error(`${doing}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    await takeDown();
  }
}

/** One death at `k`, and with some a second one soon after it, somewhere else each time. */
const twiceAt = (k: number): readonly number[] => [k, 1 + ((k * 7) % 23)];

/** Walks on until `next` has no more to walk; each walk clears up after itself, whatever becomes of the others. */
async function walkAll(next: () => (() => Promise<void>) | undefined): Promise<void> {
  let failed = false;
  const walker = async (): Promise<void> => {
    for (let one = next(); one && !failed; one = next())
      await one().catch((error: unknown) => {
        failed = true;
        throw error;
      });
  };
  const walks = await Promise.allSettled(Array.from({ length: AT_THE_SAME_TIME }, walker));
  const broken = walks.find((end) => end.status === 'rejected');
  if (broken) throw broken.reason;
}

describe('nothing is lost and nothing doubled, wherever the daemon dies', () => {
  test.runIf(!WHOLE)(
    'in each part of the way from start to finish over a crash, a stop and a retry',
    async () => {
      const reached = parts.map(() => 0);
      const over = parts.map(() => false);
      let walks = 0;
      onTestFinished(() => {
        const counts = parts.map(([name], index) => `${reached[index]} operations of ${name}`);
        console.log(
          `${walks} walks, the daemon died at each ${STRIDE === 1 ? '' : 'second '}of ${counts.join(', ')}; phase ${PHASE}`,
        );
      });
      await walkAll(() => {
        if (over.every(Boolean)) return undefined;
        walks += 1;
        const nth = walks;
        const open = over.map((done) => !done);
        const at = (part: number): number => STRIDE * nth - ((part + 1 + PHASE) % STRIDE);
        const deaths = (part: number): readonly number[] => (nth % 3 === 0 ? twiceAt(at(part)) : [at(part)]);
        return async () => {
          const died = await walk((part) => (open[part] ? deaths(part) : undefined));
          const walked = [...parts.keys()].filter((part) => open[part]);
          for (const part of walked) {
            if (died.has(part)) reached[part] = Math.max(reached[part] ?? 0, at(part));
            else over[part] = true;
          }
        };
      });
      for (const [index, [name, , operations]] of parts.entries())
        expect(reached[index], name).toBeGreaterThan(operations);
    },
    LIMIT_MS,
  );

  test.runIf(WHOLE)(
    'in one life from start to finish over a crash, a stop, a retry and the end of everything, once and twice',
    async () => {
      let k = 0;
      let reached = 0;
      let over = false;
      onTestFinished(() => console.log(`the daemon died at each of ${reached} operations, and twice`));
      await walkAll(() => {
        if (over) return undefined;
        k += 1;
        const at = k;
        return async () => {
          for (const deaths of [[at], twiceAt(at)]) {
            const died = await walk((part) => (part === 0 ? deaths : undefined));
            if (died.size === 0) over = true;
            else reached = Math.max(reached, at);
          }
        };
      });
      expect(reached).toBeGreaterThan(100);
    },
    LIMIT_MS,
  );
});
