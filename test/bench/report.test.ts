import { expect, test } from 'vitest';

interface Report {
  readonly rowsOfMany: (crowd: object) => readonly object[];
  readonly over: (rows: readonly object[]) => readonly string[];
}
/** The bench is JavaScript, which the compiler does not read. */
const { over, rowsOfMany }: Report = await import(new URL('../../bench/report.js', import.meta.url).href);

const crowd = {
  live: 200,
  finished: 10_000,
  first: { helloMs: 1200, helloCpuMs: 1, listMs: 1400, residentMb: 1 },
  boots: [{ helloMs: 500, helloCpuMs: 1, listMs: 500, residentMb: 1 }],
  residentMb: 100,
  cpuMsPerTaskMinute: 1,
  started: 3,
  sweeps: 4,
  appends: { p50: 1, p99: 1, loopP99: 1 },
};

test('a bench whose numbers are as they should be has nothing over its target', () => {
  expect(over(rowsOfMany(crowd))).toEqual([]);
});

test('a bench names what is over its target, and ends with 1 for it', () => {
  expect(over(rowsOfMany({ ...crowd, residentMb: 121 }))).toEqual([
    'the daemon beside 200 live tasks that wait: memory',
  ]);
});
