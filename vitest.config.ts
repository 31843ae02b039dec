import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

const service = process.env.HOLDFAST_SERVICE_TESTS === '1';
const packaged = process.env.HOLDFAST_PACKAGE_TESTS === '1';
const agents = process.env.HOLDFAST_REAL_AGENTS === '1';
const openclaw = process.env.HOLDFAST_REAL_OPENCLAW === '1';

/** What is tested without a process, a file or a socket of its own. */
const PURE = ['domain', 'signals', 'agents', 'runner', 'demo'].map((folder) => `test/${folder}/**/*.test.ts`);

/** Every point of death, error of a disk, hostile input, line of the docs, and whatever takes its minutes: for `npm run test:long` and CI. */
const LONG = [
  'clock',
  'consent',
  'docs',
  'events',
  'examples',
  'failpoints',
  'fleet',
  'full-disk',
  'leftovers',
  'lock',
  'long-logs',
  'look-ups',
  'mcp',
  'model',
  'no-forks',
  'notices',
  'openclaw',
  'places',
  'poke',
  'precedence',
  'resume-prompt',
  'runner-deaths',
  'security-agents',
  'security-files',
  'security-log',
  'selftest',
  'settings',
  'tui',
  'upgrade',
  'watch',
  'wedged-tmux',
].map((name) => `test/e2e/${name}.test.ts`);

/**
 * Some surroundings let every node read 144 certificates at its start, 80 ms each time (Node 20, 2026-11); a test starts
 * hundreds and asks no stranger. What installs packages keeps them.
 */
const env = { NODE_EXTRA_CA_CERTS: '' };

/** With a daemon, a tmux server and a home of its own each. */
const WHOLE = {
  env,
  globalSetup: ['test/e2e/build.ts'],
  pool: 'forks' as const,
  maxWorkers: 4, // on two cores: half of the time is waiting
  testTimeout: 60_000,
  hookTimeout: 60_000,
  retry: 0,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    ...(agents ? { cache: false as const } : {}), // in CI it runs beside another vitest: neither may read what the other is writing
    projects: [
      {
        // Pure code: one thread, one module graph, seven times as fast as a process for each file.
        test: {
          name: 'unit',
          include: PURE,
          pool: 'threads' as const,
          isolate: false,
          testTimeout: 30_000, // thousands of generated histories in one test, on a machine that may be busy
          sequence: { shuffle: true, groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'adapters',
          include: ['test/**/*.test.ts'],
          exclude: [
            ...PURE,
            'test/e2e/**',
            'test/real-agents/**',
            'test/real-openclaw/**',
            'test/service/**',
            'test/package/**',
          ],
          env,
          maxWorkers: 3, // by default one, on two cores
          testTimeout: 30_000, // programs, files and sockets of a machine that may be busy
          sequence: { shuffle: true, groupOrder: 1 },
        },
      },
      {
        test: {
          ...WHOLE,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: LONG,
          sequence: { groupOrder: 2 }, // one group after the other: what starts daemons wants the machine for itself
        },
      },
      { test: { ...WHOLE, name: 'long', include: LONG, sequence: { groupOrder: 3 } } },
      ...(packaged ? [packageProject()] : []),
      ...(service ? [serviceProject()] : []),
      ...(agents ? [agentsProject()] : []),
      ...(openclaw ? [openclawProject()] : []),
    ],
  },
});

/** The real CLIs: 1.2 GB of test dependencies, so only where they are asked for. */
function agentsProject() {
  return {
    test: {
      name: 'agents',
      env,
      include: ['test/real-agents/**/*.test.ts'],
      pool: 'forks' as const,
      maxWorkers: 2,
      maxConcurrency: 3, // cells at a time in each of the two: of the six some wait
      testTimeout: 240_000,
      hookTimeout: 120_000,
      retry: 0,
      globalSetup: ['test/e2e/build.ts', 'test/real-agents/install.ts'],
    },
  };
}

/** The real OpenClaw with a model and a Telegram on loopback: 650 MB, so only where it is asked for. */
function openclawProject() {
  return {
    test: {
      name: 'openclaw',
      include: ['test/real-openclaw/*.test.ts'],
      pool: 'forks' as const,
      fileParallelism: false,
      testTimeout: 240_000,
      hookTimeout: 120_000,
      retry: 0,
      globalSetup: ['test/real-openclaw/install.ts'],
    },
  };
}

/** Beside a real `systemd --user`; test/service/run.js makes one. */
function serviceProject() {
  return {
    test: {
      name: 'service',
      env,
      include: ['test/service/**/*.test.ts'],
      pool: 'forks' as const,
      fileParallelism: false,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      retry: 0,
      globalSetup: ['test/e2e/build.ts'],
    },
  };
}

/** Packs the package and installs it on every Node that we run on, from the npm registry. */
function packageProject() {
  return {
    test: {
      name: 'package',
      include: ['test/package/**/*.test.ts'],
      pool: 'forks' as const,
      fileParallelism: false,
      testTimeout: 300_000,
      hookTimeout: 300_000,
      retry: 0,
    },
  };
}
