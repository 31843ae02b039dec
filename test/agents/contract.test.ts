import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agents, findAgent } from '../../src/agents/index.ts';
import {
  type Agent,
  PERMISSIONS,
  type Permissions,
  plausibleConversation,
  terminalFace,
  unavailable,
} from '../../src/domain/agent.ts';
import { classify } from '../../src/domain/failure.ts';

const conversations: Readonly<Record<string, string>> = { opencode: 'ses_e04b54887ffe1u7UkWZLztD2ZP' };
const uuid = '01a1fb4a-9c85-7483-b196-25e11e7ee3ad';

const launches = (agent: Agent, permissions: Permissions, model?: string) => {
  const order = {
    cwd: '/work/my project',
    taskDir: '/state/t',
    permissions,
    chosenId: uuid,
    ...(model ? { model } : {}),
  };
  const conversation = conversations[agent.id] ?? uuid;
  return { conversation, start: agent.print.start(order), resume: agent.print.resume({ ...order, conversation }) };
};

const each = agents.map((agent) => [agent.id, agent] as const);
const eachLevel = agents.flatMap((agent) => PERMISSIONS.map((level) => [agent.id, level, agent] as const));

describe('every agent', () => {
  test('is found by an id of its own', () => {
    expect(agents.map(({ id }) => findAgent(id))).toEqual(agents);
    expect(new Set(agents.map(({ id }) => id)).size).toBe(agents.length);
    expect(findAgent('emacs')).toBeUndefined();
  });

  test.each(eachLevel)('%s, at %s, is launched with whole words', (_id, level, agent) => {
    const { start, resume } = launches(agent, level, 'some/model');
    for (const { args, env } of [start, resume]) {
      expect(args.length).toBeGreaterThan(0);
      expect(args.filter((word) => word === '' || word.includes('undefined') || word.includes('\n'))).toEqual([]);
      expect(args.join(' ')).toContain('some/model');
      expect(Object.values(env ?? {}).filter((value) => value === '' || value.includes('undefined'))).toEqual([]);
    }
  });

  test.each(eachLevel)('%s, at %s, does not take a model for a flag of its own', (_id, level, agent) => {
    const model = '--dangerously-anything';
    const { args } = launches(agent, level, model).start;
    const at = args.indexOf(model); // glued to its flag, or else right behind it
    expect(at === -1 ? args : args.slice(at - 1)).toContain(at === -1 ? `--model=${model}` : '--model');
  });

  test.each(eachLevel)(
    '%s, at %s, resumes the conversation and no other, under the same rules',
    (_id, level, agent) => {
      const { conversation, start, resume } = launches(agent, level);
      const file = agent.transcript({ cwd: '/w', taskDir: '/state/t', conversation, env: {} });
      const named = resume.args.some((word) => word.includes(conversation));
      expect(named || (file.kind === 'files' && file.paths.some((path) => resume.args.includes(path)))).toBe(true);
      expect(resume.args).not.toContain('--last');
      expect(resume.args).not.toContain('--continue');
      expect(resume.env).toEqual(start.env);
    },
  );

  test.each(each)('%s says what each level means, and means what it says', (_id, agent) => {
    const words = PERMISSIONS.map((level) => JSON.stringify(launches(agent, level).start));
    expect(words[0]).not.toBe(words[1]);
    if (words[1] === words[2]) expect(agent.permissions.full).toMatch(/the same as workspace/i);
    for (const level of PERMISSIONS) expect(agent.permissions[level]).toMatch(/\.$/);
  });

  test.each(each)('%s looks for exactly this conversation before it is resumed', (_id, agent) => {
    const place = { cwd: '/w', taskDir: '/state/t', env: { HOME: '/home/me' } };
    const conversation = conversations[agent.id] ?? uuid;
    expect(JSON.stringify(agent.transcript({ ...place, conversation }))).toContain(conversation);
  });

  test.each(each)('%s can be had somewhere, and was proved', (_id, agent) => {
    expect(agent.install).not.toBe('');
    expect(agent.verified).not.toBe('');
  });

  test.each(each)('%s names a conversation only by an id that is one', (_id, agent) => {
    expect(plausibleConversation(agent, conversations[agent.id] ?? uuid)).toBe(true);
    for (const id of [
      '-x',
      '--last',
      '',
      '.',
      '../x',
      'a b',
      'a;b',
      '$(x)',
      '`x`',
      "a'b",
      'a\nb',
      'a/b',
      '*',
      'é',
      `${uuid}\n`,
    ]) {
      expect(plausibleConversation(agent, id), JSON.stringify(id)).toBe(false);
    }
  });

  test.each([
    ['codex', { type: 'thread.started', thread_id: '--last' }],
    ['codex', { type: 'thread.started', thread_id: 'my thread' }],
    ['claude', { type: 'system', subtype: 'init', session_id: '-x' }],
    ['opencode', { type: 'step_start', sessionID: "ses_x' or '1'='1" }],
    ['pi', { type: 'session', id: '$(reboot)' }],
  ])('%s does not believe a name like %j', (id, line) => {
    expect(
      findAgent(id)
        ?.print.read(line)
        .filter(({ type }) => type === 'conversation'),
    ).toEqual([]);
  });
});

const hostile: readonly unknown[] = [
  ...[null, true, 0, -1, 1e308, '', 'text', [], {}, [[]], [null], { toString: 1, valueOf: 1 }, { length: -1 }],
  ...[
    { __proto__: null, type: 1 },
    { constructor: 'x' },
    { content: { content: {} } },
    'x'.repeat(10_000),
    ['a', 1, {}],
  ],
];

/** Every line ever recorded of this agent, with each of its values in turn replaced by one that nobody expects. */
function* spoilt(value: unknown): Generator<unknown> {
  yield* hostile;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const other of spoilt(inner)) yield Array.isArray(value) ? [other] : { ...value, [key]: other };
  }
}

describe('what an agent prints', () => {
  test.each(agents.filter(({ id }) => id !== 'demo').map((agent) => [agent.id, agent] as const))(
    'never makes the reader of %s throw, however wrong it is',
    (id, agent) => {
      const lines = new Map<string, unknown>(); // one of each shape
      const directory = new URL(`../fixtures/agents/${id}/`, import.meta.url);
      for (const name of readdirSync(directory).filter((file) => file.endsWith('.jsonl'))) {
        for (const line of readFileSync(new URL(name, directory), 'utf8').split('\n').filter(Boolean)) {
          const value = JSON.parse(line);
          lines.set(`${value.type} ${value.subtype} ${value.item?.type} ${value.message?.role}`, value);
        }
      }
      let tried = 0;
      for (const line of lines.values()) {
        for (const value of spoilt(line)) {
          const events = agent.print.read(value);
          if (!Array.isArray(events)) throw new Error(`no list of events for ${JSON.stringify(value)}`);
          tried += 1;
        }
      }
      expect(tried).toBeGreaterThan(500);
    },
  );
});

describe('what the hooks of its own program tell', () => {
  const linesOf = (id: string): readonly unknown[] => {
    const directory = new URL(`../fixtures/agents/${id}/hooks/`, import.meta.url);
    const text = readdirSync(directory).map((name) => readFileSync(new URL(name, directory), 'utf8'));
    return text.flatMap((lines) => lines.split('\n').filter(Boolean)).map((line): unknown => JSON.parse(line));
  };

  test.each(agents.filter(({ id }) => id !== 'demo').map((agent) => [agent.id, agent] as const))(
    'never makes the reader of %s throw, however wrong it is',
    (id, agent) => {
      const face = terminalFace(agent);
      let tried = 0;
      for (const value of linesOf(id).flatMap((line) => [...spoilt(line)])) {
        expect(Array.isArray(face?.read(value))).toBe(true);
        const { file, turn, belongs } = face?.untold ?? {};
        const told = [typeof (file?.(value) ?? ''), typeof (turn?.(value) ?? ''), typeof (belongs?.(value) ?? true)];
        expect(told).toEqual(['string', 'string', 'boolean']);
        tried += 1;
      }
      expect(tried).toBeGreaterThan(200);
    },
  );
});

describe('the program of an agent', () => {
  const tui = { unavailable: 'it has none' };

  test.each([
    ['that has none cannot be run', { tui }, 'tui', 'it has none'],
    ['that has none is no hindrance in print mode', { tui }, 'print', undefined],
    ['that has one can be run', agents[0], 'tui', undefined],
  ] as const)('%s', (_, agent, driver, why) => {
    expect(agent && unavailable(agent, driver)).toBe(why);
  });
});

describe('a failure', () => {
  const failures = [
    { match: /limit/, kind: 'rate-limit' },
    { match: /usage limit/, kind: 'usage-limit' },
  ] as const;

  test.each([
    ['a limit', 'rate-limit'],
    ['a usage limit', 'rate-limit'], // the first match wins
    ['no words for it', 'unknown'],
  ])('"%s" is of the kind %s', (message, kind) => {
    expect(classify(failures, message)).toBe(kind);
  });
});
