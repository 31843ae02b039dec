import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agents } from '../../src/agents/index.ts';
import { type Agent, terminalFace } from '../../src/domain/agent.ts';
import type { FailureKind } from '../../src/domain/event.ts';
import { ruleFor } from '../../src/domain/failure.ts';
import { advance, noProgress, type Progress } from '../../src/domain/progress.ts';
import { recorded } from './recording.ts';

const directory = (agent: Agent): URL => new URL(`../fixtures/agents/${agent.id}/`, import.meta.url);
const linesOf = (agent: Agent, file: string): readonly string[] =>
  readFileSync(new URL(file, directory(agent)), 'utf8')
    .split('\n')
    .filter(Boolean);

/** The agents that come from somewhere else. */
const real = agents.filter(({ bin }) => typeof bin === 'string');
const all = real.flatMap((agent) =>
  readdirSync(directory(agent))
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => [agent.id, file, agent] as const),
);

/** What has befallen every agent, and what each calls it. */
const FAILURES: Readonly<Record<string, FailureKind>> = {
  '401': 'auth',
  '404-model': 'model-not-found',
  '429': 'rate-limit',
  '500': 'overloaded',
  overloaded: 'overloaded',
  drop: 'network',
  'context-window': 'context-window',
};
const failures = real.flatMap((agent) =>
  Object.entries(FAILURES).map(([name, kind]) => [agent.id, name, kind, agent] as const),
);

/** Words on standard error, where no event tells of it. */
const SPOKEN: Readonly<Record<string, FailureKind>> = {
  'bad-flag': 'bad-flag',
  'resume-refused': 'conversation-not-found',
  'resume-busy': 'conversation-busy', // `codex exec resume` of a thread that is open in its own program (0.169.0, 2026-11-27)
};
const spoken = real.flatMap((agent) =>
  Object.entries(SPOKEN)
    .filter(([name]) => existsSync(new URL(`${name}.stderr`, directory(agent))))
    .map(([name, kind]) => [agent.id, name, kind, agent] as const),
);

describe('every agent', () => {
  test.each(failures)('%s in the recording "%s" tells of %s', (_id, name, kind, agent) => {
    const kinds = recorded(agent, name).flatMap((event) => (event.type === 'turn-failed' ? [event.failure.kind] : []));
    expect(kinds).toContain(kind);
  });

  test.each(spoken)('%s on standard error in "%s" tells of %s', (_id, name, kind, agent) => {
    const kinds = linesOf(agent, `${name}.stderr`).flatMap((line) => ruleFor(agent.failures, line)?.kind ?? []);
    expect(kinds).toContain(kind);
  });

  test('has its words for a bad flag on record', () => {
    expect(spoken.filter(([, name]) => name === 'bad-flag').map(([id]) => id)).toEqual(real.map(({ id }) => id));
  });

  test('that refuses a second writer of a conversation has its words for that on record', () => {
    expect(spoken.filter(([, name]) => name === 'resume-busy').map(([id]) => id)).toEqual(['codex']);
  });

  test('that refuses a tool for want of permission says so; pi refuses none', () => {
    const askers = real.filter((agent) => existsSync(new URL('asks-approval.jsonl', directory(agent))));
    expect(askers.map(({ id }) => id)).toEqual(['codex', 'claude', 'opencode']);
    const denied = askers.map((agent) => recorded(agent, 'asks-approval').reduce(advance, noProgress).denied);
    expect(denied).toEqual([1, 1, 1]);
  });

  test.each(['tool', 'resume'])('ends its turn in the recording "%s"', (name) => {
    const turns = real.map((agent) => recorded(agent, name).reduce(advance, noProgress).turn);
    expect(turns).toEqual(real.map(() => 'ended'));
  });

  test.each(['killed-in-stream', 'model-hangs'])('leaves its turn open in the recording "%s"', (name) => {
    const turns = real.map((agent) => recorded(agent, name).reduce(advance, noProgress).turn);
    expect(turns.filter((turn) => turn === 'ended' || turn === 'failed')).toEqual([]);
  });
});

/** What the next version may say. */
const UNHEARD_OF: readonly unknown[] = [
  { type: 'never-heard-of-it', text: 'exit code 1', error: { message: 'usage limit' } },
  { type: 'system', subtype: 'never_heard_of_it', session_id: 'x' },
  { type: 'item.completed', item: { id: 'item_99', type: 'never_heard_of_it', text: 'usage limit' } },
  { type: 'never_heard_of_it', part: { type: 'error', text: 'usage limit' }, sessionID: 'x' },
  { hook_event_name: 'NeverHeardOfIt', session_id: 'x', error: 'usage limit' },
];

const hooks = real.flatMap((agent) =>
  readdirSync(new URL('hooks/', directory(agent)))
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => [agent.id, `hooks/${file}`, agent] as const),
);

describe('an event that nobody has heard of', () => {
  test.each([...all, ...hooks])('changes nothing anywhere in what %s says in %s', (_id, file, agent) => {
    const lines = linesOf(agent, file).map((line): unknown => JSON.parse(line));
    const face = file.startsWith('hooks/') ? terminalFace(agent) : agent.print;
    const fold = (events: readonly unknown[]): Progress =>
      events.flatMap((event) => face?.read(event) ?? []).reduce(advance, noProgress);
    const strewn = lines.flatMap((line) => [...UNHEARD_OF, line, ...UNHEARD_OF]);
    expect(fold(strewn)).toEqual(fold(lines));
  });
});
