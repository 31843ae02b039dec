import { join } from 'node:path';
import { type Agent, type Order, type TerminalFace, terminalFace } from '../../domain/agent.ts';
import { unconfined } from '../../domain/confinement.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { missingOn } from '../../system/which.ts';
import type { Context } from '../context.ts';

/** An agent that cannot confine itself says so in its log at most, and goes on. */
export async function warningsOf(
  { id, confinedBy = [] }: Agent,
  { permissions }: Parsed<'start'>,
  { PATH = '' }: Readonly<Record<string, string>>,
): Promise<string[]> {
  const missing = permissions === 'workspace' && process.platform === 'linux' ? await missingOn(PATH, confinedBy) : [];
  if (missing.length === 0) return [];
  const { found, packages } = unconfined(id, missing);
  return [`${found}; install ${packages}, see docs/permissions.md`];
}

/** What a start would run, and with what around it; nothing of it is done. */
export function planOf(
  agent: Agent,
  bin: string,
  { chosenId, cwd, session, permissions }: Omit<Order, 'taskDir'> & { readonly session: string },
  { model, env, driver }: Parsed<'start'>,
  { paths, environment }: Context,
): NonNullable<Result<'start'>['plan']> {
  const order = {
    cwd,
    taskDir: join(paths.stateDir, 'tasks', '<task>'),
    hook: '<hook>',
    permissions,
    chosenId,
    ...(model === undefined ? {} : { model }),
  };
  const face: Pick<TerminalFace, 'start' | 'resume'> = (driver === 'tui' && terminalFace(agent)) || agent.print;
  return {
    agent: agent.id,
    bin,
    driver,
    start: [...face.start(order).args],
    resume: [...face.resume({ ...order, conversation: agent.chooses?.(order) ?? '<conversation>' }).args],
    permissions: agent.permissions[permissions],
    cwd,
    session,
    environment: [...new Set([...Object.keys(environment), ...Object.keys(env)])].sort(),
  };
}
