import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fileOf } from '../../e2e/rig.ts';
import { reply } from '../fake-model/script.ts';
import type { RealAgent } from '../home.ts';
import { patiently } from '../patiently.ts';
import { endOnceResumed, type Fault, halfAnswer, OUTPUT, PROMPT, resumed, step, theEnd } from './fault.ts';

const SECOND = 1 / 60;
/** Long enough after the last word that no start or end of an agent is taken for a hang. */
const STALLED_S = 8;
const HUNG_S = 22;

const SHORT = {
  tickSeconds: 0.5,
  silence: {
    suspiciousMinutes: 2 * SECOND,
    stalledMinutes: STALLED_S * SECOND,
    hungMinutes: HUNG_S * SECOND,
    hungIdleMinutes: (HUNG_S - STALLED_S - 3) * SECOND,
  },
};
/** Some seconds longer than it takes to call a silent agent hung. After 30 s codex tells its model that a command goes on, and waits no longer. */
const SILENT_S = HUNG_S + 6;

/** Where no agent may write that is kept in its directory. */
const outside = (agent: RealAgent): string => join('/var/tmp', `.holdfast-outside-${process.pid}-${agent}`);

/** What comes of an agent left alone. */
export const itselfFaults: readonly Fault[] = [
  {
    what: 'model hangs',
    slow: true,
    steps: () => [step, endOnceResumed, halfAnswer('stall', { times: '*' })],
    settings: SHORT,
    befalls: async ({ hf }, task) => {
      await patiently(async () => (await hf.task(task.name)).attempt === 2);
      const { mtimeMs } = await stat(fileOf(task, 1, 'events.jsonl'));
      return mtimeMs + HUNG_S * 1000; // before that it is no hang
    },
    expected: () => resumed('hung', /it hung: nothing written for .*, no tool, idle for /),
  },
  {
    what: 'silent tool',
    slow: true,
    steps: () => [
      step,
      reply({ text: 'This takes a while.', shell: `sleep ${SILENT_S}; echo rested-$((40 + 4))` }),
      theEnd,
    ],
    settings: SHORT,
    expected: () => ({
      state: 'succeeded',
      lives: ['fresh'],
      noticed: ['exited', /final event$/],
      told: [PROMPT, OUTPUT, 'rested-44'],
      requests: 3,
    }),
  },
  {
    what: 'asks approval',
    steps: (agent) => [step, reply({ text: 'Out there.', write: { path: outside(agent), content: 'x' } }), theEnd],
    befalls: async ({ hf }, { name }, agent) => {
      await hf.cli('wait', name, '--timeout', '150s');
      expect(existsSync(outside(agent)), 'it wrote outside of its directory').toBe(agent === 'pi');
      await rm(outside(agent), { force: true });
      return undefined;
    },
    expected: (agent) => ({
      state: 'succeeded',
      lives: ['fresh'],
      noticed: [
        'exited',
        agent === 'pi'
          ? /final event$/
          : agent === 'codex'
            ? /but at least 1 tool calls were denied/
            : /but 1 tool calls were denied/,
      ],
      told: [PROMPT, OUTPUT],
      denied: agent === 'pi' ? 0 : 1,
      requests: 3,
      ...(agent === 'pi' ? { because: 'pi asks nothing: the call is simply done' } : {}),
    }),
  },
];
