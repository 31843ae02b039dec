import type { Sending } from '../domain/notifier.ts';
import { type HttpAnswer, HttpError, type HttpRequest, http } from '../system/http.ts';
import { SecretError } from '../system/secret.ts';

const TIMEOUT_MS = 15_000;
const GONE = 410;
/** Too early, too many, timed out: the same request may do later. */
const PASSING = [408, 425, 429];

interface Post extends Omit<HttpRequest, 'timeoutMs' | 'body'> {
  /** Resolved late: an address may be a secret. */
  readonly url: () => Promise<string>;
  readonly json: object | string;
  /** Of a receiver of which nothing is known but the standard: whatever it answers may pass, except that it is gone. */
  readonly patient?: boolean;
  readonly onSent?: (answer: HttpAnswer) => Partial<Extract<Sending, { result: 'sent' }>>;
}

/** Posts JSON and reads the answer as every service means it: 2xx done, 410 gone, 429 and 5xx later, the rest never, or later. */
export async function post({ url, json, headers, patient = false, onSent, ...rest }: Post): Promise<Sending> {
  try {
    const answer = await http(await url(), {
      ...rest,
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof json === 'string' ? json : JSON.stringify(json),
      timeoutMs: TIMEOUT_MS,
    });
    return answer.status >= 200 && answer.status < 300
      ? { result: 'sent', ...onSent?.(answer) }
      : refusal(answer, patient);
  } catch (error) {
    if (error instanceof HttpError || error instanceof SecretError) return { result: 'later', why: error.message };
    throw error;
  }
}

function refusal({ status, retryAfterMs }: HttpAnswer, patient: boolean): Sending {
  const why = `it answered ${status}`;
  if (status === GONE) return { result: 'gone', why };
  if (patient || status >= 500 || PASSING.includes(status))
    return { result: 'later', why, ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }) };
  return { result: 'refused', why };
}

/** A check that resolves an address or a secret and sends nothing. */
export const resolvable =
  (...secrets: readonly (() => Promise<unknown>)[]) =>
  async (): Promise<string | undefined> => {
    try {
      for (const each of secrets) await each();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
