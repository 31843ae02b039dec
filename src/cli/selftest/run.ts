import { EXIT } from '../../protocol/exit-codes.ts';
import type { Context } from '../context.ts';
import { throwawayHome } from '../demo/home.ts';
import { machineHere, requireTmux } from '../demo/tmux.ts';
import { interruption } from '../interruption.ts';
import { COMMON, type Fault, SINGLE } from './faults.ts';
import type { Finding } from './kinds.ts';
import { type Report, report } from './report.ts';
import type { Ground } from './trial.ts';

/** More would measure how long this machine takes to start them all. */
const AT_THE_SAME_TIME = 3;

/** By default a process may stay for a minute after its final event; nobody wants to wait for that here. */
const LINGER_SECONDS = 2;

/** Lets everything die once, in a throw-away home, and tells what holdfast made of it; answers with the exit code. */
export async function runSelftest({ env, output }: Context): Promise<number> {
  requireTmux(machineHere(env));
  const { signal, release } = interruption();
  const home = throwawayHome(env, { silence: { lingerSeconds: LINGER_SECONDS } });
  const ground: Ground = { home, signal, reach: () => home.context.daemon() };
  const page = report(output);
  try {
    const { tmux, version } = await (await ground.reach()).call('hello', {});
    page.begin(`holdfast ${version}, tmux ${tmux.version}, Node ${process.versions.node}, ${process.platform}`);
    const queue = [...SINGLE.entries()];
    const inTurn = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift())
        await tried(next[1], `one-${next[0] + 1}`, ground, page);
    };
    await Promise.all(Array.from({ length: AT_THE_SAME_TIME }, inTurn));
    for (const [index, fault] of COMMON.entries()) await tried(fault, `all-${index + 1}`, ground, page);
    signal.throwIfAborted();
    return page.end() === 0 ? EXIT.ok : EXIT.error;
  } catch (error) {
    if (!signal.aborted) throw error;
    output.say('interrupted');
    return EXIT.cancelled;
  } finally {
    await home.clear();
    release();
  }
}

async function tried(fault: Fault, name: string, ground: Ground, page: Report): Promise<void> {
  ground.signal.throwIfAborted();
  const finding = await fault.try(ground, name).catch((error: unknown): Finding => {
    if (ground.signal.aborted) throw error;
    return { verdict: 'unknown', evidence: '', wrong: [error instanceof Error ? error.message : String(error)] };
  });
  page.row(fault.what, finding);
}
