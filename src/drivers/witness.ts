import type { Observation } from '../domain/observation.ts';

type Holder = Observation['runner'];
type Record = Pick<Observation, 'claim' | 'exit'>;

/**
 * Looks at a runner and its records in the one order in which both can be believed. `ask` renews the list of panes; it is
 * asked only where the runner does not live and left no record, and what is read after it is what counts.
 */
export async function witness<R extends Record>(
  holder: () => Holder,
  read: () => Promise<R>,
  ask: () => Promise<void>,
): Promise<{ readonly runner: Holder; readonly record: R }> {
  const first = await once(holder, read);
  if (first.runner === 'alive' || first.record.exit) return first;
  await ask();
  // Anew, for a short life may have come and gone since: a list that is younger than the records would call it never begun.
  return await once(holder, read);
}

async function once<R extends Record>(holder: () => Holder, read: () => Promise<R>) {
  const runner = holder(); // first: a runner that is gone has written its record before
  const record = await read();
  const came = runner === 'gone' && record.claim === 'runner' && !record.exit;
  if (!came) return { runner, record };
  // It came between the two looks, perhaps. It holds its FIFO before it claims, so from now on "gone" means gone.
  return { runner: holder(), record: await read() };
}
