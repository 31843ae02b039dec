import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../protocol/client.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Params, TaskRow } from '../../protocol/methods.ts';
import type { Context } from '../context.ts';
import { interruption } from '../interruption.ts';
import { frame } from './frame.ts';
import { takeScreen } from './screen.ts';
import { lendScreen } from './suspension.ts';

const EVERY_MS = 1000;

/** Looks at the tasks again and again until a person has seen enough, through restarts of the daemon. */
export async function watchList(filters: Params<'list'>, context: Context): Promise<number> {
  const { output, stdout } = context;
  const looks = looker(filters, context);
  await looks.first(); // before the screen is taken: what goes wrong here is told as ever
  const { signal, release } = interruption();
  const screen = output.json ? undefined : takeScreen(stdout);
  const keep = screen && lendScreen(screen);
  let before = '';
  try {
    while (!signal.aborted) {
      const look = await looks.next();
      if (screen) screen.draw(frame({ ...look, now: Date.now() }, screen.size(), output));
      else if (JSON.stringify(look) !== before) output.document({ tasks: look.tasks });
      before = JSON.stringify(look);
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined); // cut short by the wish to end
    }
  } finally {
    screen?.leave();
    keep?.();
    release();
  }
  return EXIT.ok;
}

interface Seen {
  readonly tasks: readonly TaskRow[];
  readonly away?: string;
}

function looker(filters: Params<'list'>, { daemon, returnedDaemon }: Context) {
  let connection: Connection | undefined;
  let seen: Seen = { tasks: [] };
  let lostAt = 0;
  const ask = async (reach: () => Promise<Connection>): Promise<Seen> => {
    connection ??= await reach();
    return { tasks: (await connection.call('list', filters)).tasks };
  };
  return {
    first: async () => {
      seen = await ask(daemon);
    },
    next: async (): Promise<Seen> => {
      try {
        seen = await ask(() => returnedDaemon({ awayMs: Math.max(1, Date.now() - lostAt) }));
        lostAt = Date.now();
      } catch (error) {
        if (!(error instanceof Refusal) || error.exitCode !== EXIT.unavailable) throw error;
        connection?.close();
        connection = undefined;
        seen = { tasks: seen.tasks, away: 'the daemon is away' };
      }
      return seen;
    },
  };
}
