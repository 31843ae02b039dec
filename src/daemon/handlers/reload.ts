import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Result } from '../../protocol/methods.ts';
import type { Context } from '../context.ts';

/** Reads the settings anew; where they are bad, says why and keeps the last good ones. */
export async function reload({ live }: Pick<Context, 'live'>): Promise<Result<'reload'>> {
  try {
    const { changed, later } = live.reload();
    return { changed: [...changed], later: [...later] };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(EXIT.badSettings, keeping(why), { cause });
  }
}

/** What is wrong with the settings, and what that means. */
export const keeping = (why: string): string => `${why}. The last good settings stay in use`;
