import type { Notice } from '../../src/domain/notice.ts';
import type { Letter } from '../../src/domain/notifier.ts';
import type { Route } from '../../src/domain/route.ts';
import type { Host } from '../../src/notifiers/definition.ts';
import { secretOf } from '../../src/system/secret.ts';

/** 2026-11-20 12:00 UTC. */
export const AT = Date.parse('2026-11-20T12:00:00Z');

/** A notice that says otherwise only what it is told to. */
export const notice = ({
  task,
  ...more
}: Partial<Omit<Notice, 'task'>> & { readonly task?: Partial<Notice['task']> } = {}): Notice => ({
  id: 'fix-AAAAAA/7',
  kind: 'finished',
  at: AT,
  cause: 'exit 0 and the final event',
  sentence: '✅ fix is done (codex, 2 attempts, 18m)',
  goal: 'Fix the login',
  ...more,
  task: {
    id: 'fix-AAAAAA',
    name: 'fix',
    agent: 'codex',
    session: 'codex-fix',
    cwd: '/work',
    labels: [],
    state: 'succeeded',
    over: true,
    attempt: 2,
    maxAttempts: 12,
    permissions: 'workspace',
    budgetMs: 5 * 3_600_000,
    ranMs: 18 * 60_000,
    exitStatus: 0,
    ...task,
  },
});

/** A notice of something in between. */
export const passing = (more: Partial<Notice> = {}): Notice =>
  notice({ kind: 'resumed', sentence: '🔁 fix goes on', cause: '', ...more, task: { state: 'running', over: false } });

/** A conversation of OpenClaw. */
export const route: Route = {
  sessionKey: 'agent:main:main',
  channel: 'telegram',
  to: 'telegram:12345',
  deliver: 'both',
};

/** A letter with a notice in it. */
export const letter = (about: Notice = notice(), more: Partial<Letter> = {}): Letter => ({
  notice: about,
  earlier: [],
  silent: false,
  ...more,
});

/** What a notifier gets from the daemon, with these variables. */
export const host = (env: Readonly<Record<string, string>> = {}): Host => ({
  env: { PATH: process.env.PATH ?? '', ...env },
  secret: (reference) => secretOf(reference, env),
});
