import { connect } from '../../protocol/client.ts';
import type { Run } from '../command.ts';
import { makeContext, type Surroundings } from '../context.ts';

/**
 * Runs what may be run twice. Whatever is not plain sailing is left to `main`, which does it all again and knows what to
 * say: a daemon that is not there, a name that nobody has.
 */
export async function answerOrLeave(run: Run, around: Surroundings, json: boolean): Promise<number | undefined> {
  try {
    const context = makeContext(around, { json, color: 'auto', noStartDaemon: true }, ({ paths }) =>
      connect(paths.socket),
    );
    try {
      return await run(context);
    } finally {
      context.close();
    }
  } catch {
    return undefined; // nothing was said yet: who only looks speaks last
  }
}
