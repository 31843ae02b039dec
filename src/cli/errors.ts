import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';

/** The command line itself is wrong; the sentence says what would be right. */
export const usageError = (message: string): Refusal => new Refusal(EXIT.usage, message);

/** The one line and the exit code with which a failure is told. */
export function tell(error: unknown): { readonly line: string; readonly exitCode: number } {
  if (error instanceof Refusal) return { line: error.message, exitCode: error.exitCode };
  const message = error instanceof Error ? error.message : String(error);
  return { line: `${message} (HOLDFAST_DEBUG=1 shows where)`, exitCode: EXIT.error };
}
