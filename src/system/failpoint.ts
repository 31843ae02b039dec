/**
 * Ends this process with SIGKILL at the k-th call, where `FAILPOINT=k` is set: the tests walk k through every operation
 * on the outside world and see whether anything is lost or doubled.
 */
let left = Number(process.env.FAILPOINT ?? 0);

/** Called before and after each operation on files, processes or tmux that must not be lost or doubled. */
export function failpoint(): void {
  if (left > 0 && --left === 0) process.kill(process.pid, 'SIGKILL');
}
