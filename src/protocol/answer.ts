import { RemoteError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

const METHOD_NOT_FOUND = -32_601;

/** What the daemon answered to one request. */
export type Answer = { readonly id: unknown } & ({ readonly result: unknown } | { readonly error: RemoteError });

/** Reads one line; nothing where that is no answer. */
export function readAnswer(line: string): Answer | undefined {
  const answer = parseObject(line);
  if (answer === undefined) return undefined;
  if (isObject(answer.error)) return { id: answer.id, error: readError(answer.error) };
  return 'result' in answer ? { id: answer.id, result: answer.result } : undefined;
}

function readError({ code, message, data }: Record<string, unknown>): RemoteError {
  const text = typeof message === 'string' ? message : 'the daemon failed without saying why';
  const exitCode = isObject(data) && typeof data.exitCode === 'number' ? data.exitCode : EXIT.error;
  if (code !== METHOD_NOT_FOUND) return new RemoteError(exitCode, text);
  return new RemoteError(
    EXIT.error,
    `${text}: the daemon is of another version. Renew it with: holdfast daemon restart`,
  );
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // said by the caller, who knows what was expected
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
