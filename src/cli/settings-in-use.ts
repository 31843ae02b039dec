import { isDeepStrictEqual } from 'node:util';
import { connect } from '../protocol/client.ts';
import { Refusal } from '../protocol/errors.ts';
import type { Result } from '../protocol/methods.ts';
import type { Context } from './context.ts';

/** A setting that a running daemon uses. */
type InUse = Result<'settings'>['settings'][number];

/** What the running daemon uses for a task in this directory; nothing where none runs that can tell. Starts none. */
export async function settingsInUse({ paths, cwd }: Context): Promise<ReadonlyMap<string, InUse> | undefined> {
  try {
    const connection = await connect(paths.socket);
    const { settings } = await connection.call('settings', { cwd: cwd() }).finally(() => connection.close());
    return new Map(settings.map((setting) => [setting.key, setting]));
  } catch (error) {
    if (error instanceof Refusal) return undefined; // absent, or of a version that does not know the question
    throw error;
  }
}

/** Would one that is started from here use the same? */
export const isSame = (one: Pick<InUse, 'value' | 'origin'>, other: Pick<InUse, 'value' | 'origin'>): boolean =>
  one.origin === other.origin && isDeepStrictEqual(one.value, other.value);
