import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Held } from '../../src/daemon/held.ts';
import { STATES } from '../../src/domain/task.ts';
import { drawnArrows } from '../domain/drawing.ts';
import { BUGS, type Bug, faulty } from '../model/bugs.ts';
import { Coverage, GIVE_UPS } from '../model/coverage.ts';
import { History } from '../model/history.ts';
import { current } from '../model/mailbox.ts';
import { type Scenario, scenarios } from '../model/scenario.ts';

const SEED = Number(process.env.HOLDFAST_MODEL_SEED ?? 20_261_121);
const ENOUGH = 20_000;
const RUNS = Number(process.env.HOLDFAST_MODEL_RUNS ?? ENOUGH);
const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');

const seeded = vi.hoisted(() => ({ bug: undefined as Bug | undefined, results: new Set<number>() }));

vi.mock('../../src/domain/machine.ts', async (original) => {
  const real = await original<typeof import('../../src/domain/machine.ts')>();
  return { ...real, step: (...words: Parameters<typeof real.step>) => faulty(real.step, seeded.bug)(...words) };
});
vi.mock('../../src/daemon/outbox/record.ts', async (original) => ({
  ...(await original<typeof import('../../src/daemon/outbox/record.ts')>()),
  openRecords: async () => current.mailbox?.records(current.failpoint),
}));
vi.mock('../../src/daemon/outbox/facts.ts', () => ({ withFacts: async <N>(notice: N) => notice }));
vi.mock('../../src/system/files.ts', async (original) => ({
  ...(await original<typeof import('../../src/system/files.ts')>()),
  readText: async () => current.mailbox?.endedAt,
  syncDirectory: async () => undefined,
  writeDurably: async (_: string, text: string) =>
    void (current.mailbox && Object.assign(current.mailbox, { endedAt: text })),
}));
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  rm: async () => void (current.mailbox && Object.assign(current.mailbox, { endedAt: undefined })),
}));
vi.mock('../../src/daemon/result.ts', () => ({
  writeResult: async ({ task }: Held) => void seeded.results.add(task.seq),
}));

afterEach(() => {
  seeded.bug = undefined;
});

async function explore(runs: number, coverage: Coverage, bug?: Bug) {
  seeded.bug = bug;
  const holds = fc.asyncProperty(scenarios, async (scenario: Scenario) => {
    seeded.results.clear();
    await new History(scenario, coverage, seeded.results, bug).play();
  });
  return await fc.check(holds, { numRuns: runs, seed: SEED, endOnFailure: bug !== undefined });
}

describe('a task in a world where anything may die', () => {
  test(`keeps every promise in ${RUNS} histories (seed ${SEED}), which lead everywhere`, async () => {
    const coverage = new Coverage();
    const found = await explore(RUNS, coverage);
    const { states, arrows, reasons } = coverage;
    console.log(
      `seed ${SEED}: ${found.numRuns} histories, ${states.size}/${STATES.length} states, ${arrows.size} arrows`,
    );
    console.log('gave up for', Object.fromEntries(reasons));
    expect(found.failed ? `${found.errorInstance}\n${fc.defaultReportMessage(found)}` : 'every promise held').toBe(
      'every promise held',
    );
    if (RUNS < ENOUGH) return; // too few to have been everywhere
    expect([...states].sort()).toEqual([...STATES].sort());
    expect([...arrows.keys()].sort()).toEqual([...drawnArrows(page)].sort());
    expect([...reasons.keys()].sort()).toEqual([...GIVE_UPS].sort());
  }, 3_600_000);

  test.each(Object.entries(BUGS).map(([bug, [fault, promise]]) => [bug, fault, promise] as const))(
    'would be found out if %s: %s',
    async (bug, _, promise) => {
      const found = await explore(ENOUGH, new Coverage(), bug as Bug); // a key of the table
      console.log(`${bug}: found in history ${found.numRuns}`);
      expect(found.errorInstance).toHaveProperty('message', expect.stringMatching(promise));
    },
    120_000,
  );
});
