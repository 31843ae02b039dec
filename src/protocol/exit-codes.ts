/** Exit codes of the CLI, a contract within a major version. `wait` and `start --wait` return the task's own (see `forTask`). */
export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2, // a flag, a name or an agent that does not exist
  noSuchTask: 3,
  wrongState: 4,
  nameTaken: 5,
  badPrompt: 65, // sysexits EX_DATAERR
  noInput: 66, // EX_NOINPUT: the directory or the prompt file
  unavailable: 69, // EX_UNAVAILABLE: the daemon
  noTmux: 72, // EX_OSFILE: tmux is missing or too old
  cannotWrite: 73, // EX_CANTCREAT: the state directory, the settings, a file that was asked for
  tryAgain: 75, // EX_TEMPFAIL: another daemon holds the lock, or no process can be started
  notAllowed: 77, // EX_NOPERM
  badSettings: 78, // EX_CONFIG
  timeout: 124, // as timeout(1)
  gaveUp: 125,
  lost: 126,
  noAgent: 127, // as a shell says "command not found"
  cancelled: 130,
} as const;

/** The exit code of one task: its agent's own status, clamped, where the agent had the last word; 124 while it is not over. */
export function forTask({
  state,
  exitStatus,
}: {
  readonly state: string;
  readonly exitStatus?: number | undefined;
}): number {
  const own = Math.min(Math.max(exitStatus ?? 0, 0), EXIT.timeout - 1);
  switch (state) {
    case 'succeeded':
      return EXIT.ok; // the last status on record may be that of an attempt before, or of a process that we ended
    case 'failed':
      return own || EXIT.error;
    case 'gave-up':
      return EXIT.gaveUp;
    case 'lost':
      return EXIT.lost;
    case 'cancelled':
      return EXIT.cancelled;
    default:
      return EXIT.timeout;
  }
}
