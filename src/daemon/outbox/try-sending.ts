import pRetry from 'p-retry';
import type { Letter, Notifier, Sending } from '../../domain/notifier.ts';
import { failpoint } from '../../system/failpoint.ts';
import { loggable } from '../loggable.ts';

/** The short tries of one attempt; what fails longer is taken up again by the outbox's schedule. */
const RETRIES = 2;
const FIRST_WAIT_MS = 500;

class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly sending: Sending;
  constructor(sending: Sending) {
    super('not yet');
    this.sending = sending;
  }
}

/** Sends a letter, with some tries close together; never throws and never hangs. */
export async function trySending(notifier: Notifier, letter: Letter, retries = RETRIES): Promise<Sending> {
  let now = letter;
  const once = async (): Promise<Sending> => {
    const sending = await inTime(notifier, now);
    if (sending.result === 'later' && sending.done !== undefined) now = { ...letter, done: sending.done };
    if (sending.result === 'later' && sending.afterMs === undefined) throw new NotYet(sending);
    return sending;
  };
  try {
    const sending = await pRetry(once, {
      retries,
      minTimeout: FIRST_WAIT_MS,
      factor: 3,
      randomize: true,
      shouldRetry: ({ error }) => error instanceof NotYet,
    });
    return withDone(sending, now);
  } catch (error) {
    if (error instanceof NotYet) return withDone(error.sending, now);
    const { type, message } = loggable(error);
    return withDone({ result: 'later', why: `${type}: ${message}` }, now);
  }
}

/** A try that came less far than one before it does not undo it. */
const withDone = (sending: Sending, { done }: Letter): Sending =>
  sending.result === 'later' && done !== undefined ? { ...sending, done } : sending;

/** What hangs is left to itself: the key makes sure that it and its successor are one. */
async function inTime(notifier: Notifier, letter: Letter): Promise<Sending> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Sending>((resolve) => {
    timer = setTimeout(() => resolve({ result: 'later', why: 'it hangs', afterMs: 0 }), notifier.timeoutMs);
  });
  try {
    failpoint();
    const sending = await Promise.race([notifier.send(letter), late]);
    failpoint();
    return sending;
  } finally {
    clearTimeout(timer);
  }
}
