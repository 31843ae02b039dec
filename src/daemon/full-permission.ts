import type { Permissions } from '../domain/agent.ts';
import type { Spec } from '../domain/task.ts';

/** Does the operator withhold this level just now? */
export const isWithheld = (permissions: Permissions, allowFull: boolean): boolean =>
  permissions === 'full' && !allowFull;

/** Why no attempt of a task may begin at its level, by what the operator wants now; nothing where one may. */
export const withheld = (
  { name, permissions }: Pick<Spec, 'name' | 'permissions'>,
  allowFull: boolean,
): string | undefined =>
  isWithheld(permissions, allowFull)
    ? `${name} runs with --permissions full, without sandbox and approvals, and the settings do not allow it any more: set "allowFull": true in the settings file, then go on with: holdfast retry ${name}`
    : undefined;
