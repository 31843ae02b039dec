import { join } from 'node:path';
import type { Daemon } from './assemble.ts';
import { concludeAll } from './leftovers.ts';
import { glimpseOf } from './rows.ts';
import { type StatusFile, statusFile } from './status-file.ts';
import type { Loaded } from './store.ts';

/** What an earlier daemon has left, and the file that tells of it from now on. */
export interface TakenOver extends Loaded {
  readonly status: StatusFile;
}

/** Reads the tasks of an earlier daemon and tells what it may not have told; nothing befalls them yet. */
export async function takeOver({ host, log, store, outbox, supervisor, changes }: Daemon): Promise<TakenOver> {
  const { tasks, quarantined } = await store.load();
  for (const { id, why } of quarantined) log.error({ event: 'quarantined', task: id }, why);
  for (const held of tasks) supervisor.add(held);
  await outbox.recover(tasks.map((held) => ({ held, step: held.found })));
  const status = statusFile(
    join(host.paths.stateDir, 'status.json'),
    () => supervisor.tasks.map((held) => ({ state: held.task.phase.state, row: () => glimpseOf(held) })),
    (err) => log.warn({ event: 'status-unwritten', err }, 'status.json could not be written'),
  );
  changes.follow(status.touch);
  return { tasks, quarantined, status };
}

/** Goes on with every task where the earlier daemon ended; `sign` is called for each, as a sign of life. */
export async function goOn({ supervisor, log, host }: Daemon, { tasks }: TakenOver, sign: () => void): Promise<void> {
  await host.panes.refresh();
  await Promise.all(
    tasks.map((held) =>
      supervisor
        .readopt(held)
        .catch((err: unknown) => log.error({ err, task: held.spec.id }, 'cannot be taken over'))
        .finally(sign),
    ),
  );
}

/** Ends what ended tasks have left alive; nothing waits for it. */
export function endLeftAlive({ supervisor, driver, log }: Daemon): void {
  void concludeAll(supervisor, driver).catch((err: unknown) =>
    log.error({ event: 'left-alive', err }, 'what ended tasks have left alive could not be ended'),
  );
}
