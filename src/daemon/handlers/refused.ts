import { type ChangingMethod, methods } from '../../protocol/methods.ts';
import type { Handlers } from '../server.ts';

/** Handlers of every method of the table that changes something: each rejects with this error, and looks at nothing. */
export function refused(why: Error): Pick<Handlers, ChangingMethod> {
  const changing = Object.entries(methods).filter(([, { changes }]) => changes);
  const handlers = changing.map(([name]) => [name, () => Promise.reject(why)]);
  return Object.fromEntries(handlers) as Pick<Handlers, ChangingMethod>; // of these very names, whatever they are asked
}
