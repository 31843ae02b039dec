import type { Result } from '../../protocol/methods.ts';
import type { Reading } from '../context.ts';

/** Ends the daemon once this answer is out; agents go on, and the next daemon takes them over. */
export async function shutdown({ shutdown: end }: Reading): Promise<Result<'shutdown'>> {
  setImmediate(end);
  return { pid: process.pid };
}
