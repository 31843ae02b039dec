import { EXIT } from './exit-codes.ts';

/** What could not be done, in a sentence for a person, with the exit code that the CLI answers with. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Nobody answers on the socket. `absent`: there is no socket, as after an orderly end. `dead`: it is there, as after a crash. */
export class Unreachable extends Refusal {
  override readonly name = 'Unreachable';
  readonly why: 'absent' | 'dead';

  constructor(why: 'absent' | 'dead', options?: ErrorOptions) {
    super(EXIT.unavailable, 'the daemon is not running. Start it with: holdfast daemon start', options);
    this.why = why;
  }
}

/** The daemon went away before it answered: whether it did what was asked is unknown. */
export class ConnectionLost extends Refusal {
  override readonly name = 'ConnectionLost';

  constructor(message: string, options?: ErrorOptions) {
    super(EXIT.unavailable, message, options);
  }
}

/** The daemon answered with an error; the sentence and the exit code are its own. */
export class RemoteError extends Refusal {
  override readonly name = 'RemoteError';
}
