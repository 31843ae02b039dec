import { expect, test } from 'vitest';
import { pulseText } from '../../src/domain/activity.ts';
import { noProgress, type Progress } from '../../src/domain/progress.ts';

const NOW = 600_000;
const pulse = (agoMs: number, progress: Partial<Progress> = {}): string =>
  pulseText({ agent: 'codex', startedAt: 0, lastSignAt: NOW - agoMs, progress: { ...noProgress, ...progress } }, NOW);

test.each<[string, number, Partial<Progress>, string]>([
  ['thinks', 5000, {}, '🟢 codex 10min · ops:0 · 🧠 Thinking (5s)'],
  ['has been quiet', 31_000, { tools: 3 }, '🟡 codex 10min · ops:3 · 🧠 Thinking (31s)'],
  [
    'has been quiet for long',
    121_000,
    { tokens: { input: 1100, output: 100 } },
    '🔴 codex 10min · ops:0 · 1.2k tokens · 🧠 Thinking (121s)',
  ],
  [
    'runs a command',
    0,
    { openTools: [{ call: '1', tool: 'Bash', what: 'npm test' }] },
    '🟢 codex 10min · ops:0 · 💻 npm test',
  ],
  [
    'edits a file',
    0,
    { openTools: [{ call: '1', tool: 'Edit', what: 'src/a.ts' }] },
    '🟢 codex 10min · ops:0 · 📝 src/a.ts',
  ],
  ['searches', 0, { openTools: [{ call: '1', tool: 'Grep', what: 'todo' }] }, '🟢 codex 10min · ops:0 · 🔍 todo'],
  ['has seen a command fail', 0, { stumbled: 2 }, '🟢 codex 10min · ops:0 · ⚠️ exit 2'],
  ['writes', 0, { turn: 'open', lastMessage: 'I see.' }, '🟢 codex 10min · ops:0 · ✍️ I see.'],
])('the sign of life of an agent that %s', (_, ago, progress, says) => {
  expect(pulse(ago, progress)).toBe(says);
});
