/** One request; it is never repeated here. */
export interface HttpRequest {
  readonly method?: 'POST' | 'PATCH' | 'GET';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

/** What came back. */
export interface HttpAnswer {
  readonly status: number;
  /** The beginning of it. */
  readonly body: string;
  readonly retryAfterMs?: number;
}

/** No answer came; the message names the cause and never the address, which may hold a secret. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
}

const MOST_BYTES = 65_536;

/** Asks once, in the time given for all of it; follows no redirect, which could lead a secret elsewhere. */
export async function http(url: string, { timeoutMs, method = 'POST', ...rest }: HttpRequest): Promise<HttpAnswer> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { ...rest, method, signal, redirect: 'manual' });
    const after = retryAfter(response.headers.get('retry-after'));
    return {
      status: response.status,
      body: await beginning(response),
      ...(after === undefined ? {} : { retryAfterMs: after }),
    };
  } catch (cause) {
    throw new HttpError(reason(cause, timeoutMs), { cause });
  }
}

async function beginning({ body }: Response): Promise<string> {
  if (!body) return '';
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    parts.push(Buffer.from(part));
    bytes += part.length;
    if (bytes >= MOST_BYTES) break; // leaving the loop closes the connection
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Seconds or a date. */
function retryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** fetch hides what happened in causes of causes. */
function reason(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer in ${timeoutMs / 1000} s`;
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') return each.code;
  }
  return error instanceof TypeError && /parse url|invalid url/i.test(error.message)
    ? 'it is no URL'
    : 'the connection failed';
}
