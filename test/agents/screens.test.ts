import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agents } from '../../src/agents/index.ts';
import { readScreen } from '../../src/domain/screen.ts';

const root = new URL('../fixtures/agents/', import.meta.url);

/** Recorded screens of the real programs, 120 × 40, or 200 × 50 as our sessions are (`wide-`): `<agent>/screens/<what it means>/<name>.txt`. */
const recorded = agents.flatMap((agent) => {
  const screens = new URL(`${agent.id}/screens/`, root);
  if (!existsSync(screens)) return [];
  return readdirSync(screens).flatMap((means) =>
    readdirSync(new URL(`${means}/`, screens)).map((name) => {
      const text = readFileSync(new URL(`${means}/${name}`, screens), 'utf8');
      return { agent, name: `${agent.id} ${name}`, means: means === 'unknown' ? undefined : means, text };
    }),
  );
});

describe('the screen of every agent', () => {
  test.each(recorded)('$name means $means', ({ agent, means, text }) => {
    expect(readScreen(agent.screens, text)?.means).toBe(means);
  });

  test.each(recorded)('$name means nothing once a shell has scrolled it up', ({ agent, text }) => {
    const left = `${text.trimEnd()}\n${'user@host:~$ ls\nREADME.md\n'.repeat(5)}user@host:~$ `;
    expect(readScreen(agent.screens, left)).toBeUndefined();
  });

  test.each(recorded.filter(({ means }) => means === 'idle'))(
    '$name means the same over a quoted question',
    (screen) => {
      const quoted = `Do you want to proceed?\nEsc to cancel\nesc to interrupt\nPress enter to confirm or esc to cancel\n${screen.text}`;
      expect(readScreen(screen.agent.screens, quoted)?.means).toBe('idle');
    },
  );

  test('is known in every state that it was recorded in', () => {
    expect(recorded.length).toBeGreaterThan(40);
  });
});
