// Errors as the real services give them; the bodies are from their documentation and from other programs' tests.
import { type Condition, refuse, type Step } from './script.ts';

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** The usage limit of a ChatGPT plan, as the codex backend answers it. */
export const codexUsageLimit = ({ resetsIn, ...when }: Condition & { readonly resetsIn: number }): Step =>
  refuse({
    ...when,
    status: 429,
    headers: {
      'x-codex-primary-used-percent': '100',
      'x-codex-primary-window-minutes': '300',
      'x-codex-primary-reset-at': String(inSeconds(resetsIn)),
    },
    body: {
      error: {
        type: 'usage_limit_reached',
        message: 'The usage limit has been reached',
        plan_type: 'plus',
        resets_at: inSeconds(resetsIn),
        resets_in_seconds: resetsIn,
      },
    },
  });

/** The five-hour limit of a Claude subscription; claude takes it as one only with a subscription login. */
export const claudeUsageLimit = ({ resetsIn, ...when }: Condition & { readonly resetsIn: number }): Step =>
  refuse({
    ...when,
    status: 429,
    headers: {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': String(inSeconds(resetsIn)),
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-overage-status': 'rejected',
      'anthropic-ratelimit-unified-overage-disabled-reason': 'org_level_disabled',
      'anthropic-ratelimit-unified-5h-status': 'rejected',
      'anthropic-ratelimit-unified-5h-utilization': '1.0',
      'anthropic-ratelimit-unified-5h-reset': String(inSeconds(resetsIn)),
      'retry-after': String(resetsIn),
      'x-should-retry': 'false',
    },
    body: {
      type: 'error',
      error: { type: 'rate_limit_error', message: "This request would exceed your account's rate limit." },
      request_id: 'req_fake',
    },
  });

interface ErrorWords {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error in the shape of OpenAI, which codex, opencode and pi take for one of their provider. */
const openai =
  ({ status, headers = {} }: ErrorWords, type: string, code: string | null, message: string) =>
  (when: Condition = {}): Step =>
    refuse({ ...when, status, headers, body: { error: { message, type, param: null, code } } });

const anthropic =
  ({ status, headers = {} }: ErrorWords, type: string, message: string) =>
  (when: Condition = {}): Step =>
    refuse({ ...when, status, headers, body: { type: 'error', error: { type, message }, request_id: 'req_fake' } });

/** What a server may say to a client that would wait for long before it tries again: opencode and pi obey. */
const AT_ONCE = { 'retry-after-ms': '10' };

/** A key that is refused, in the words of OpenAI. */
export const openaiUnauthorized = openai(
  { status: 401 },
  'invalid_request_error',
  'invalid_api_key',
  'Incorrect API key provided: dummy.',
);

/** A key that is refused, in the words of Anthropic. */
export const anthropicUnauthorized = anthropic({ status: 401 }, 'authentication_error', 'invalid x-api-key');

/** A fault of the provider's own. */
export const openaiServerError = openai(
  { status: 500, headers: AT_ONCE },
  'server_error',
  null,
  'The server had an error while processing your request. Sorry about that!',
);

/** No capacity, in the status that Anthropic alone has. */
export const anthropicOverloaded = anthropic({ status: 529, headers: AT_ONCE }, 'overloaded_error', 'Overloaded');

/** A model that the account does not have, in the words of OpenAI. */
export const openaiNoSuchModel = openai(
  { status: 404 },
  'invalid_request_error',
  'model_not_found',
  'The model `gpt-nope` does not exist or you do not have access to it.',
);

/** The same in the words of Anthropic. */
export const anthropicNoSuchModel = anthropic({ status: 404 }, 'not_found_error', 'model: claude-nope');

/** Too many tokens a minute: the provider says when to come again, in seconds. */
export const openaiRateLimit = ({ retryAfter, ...when }: Condition & { readonly retryAfter: number }): Step =>
  openai(
    { status: 429, headers: { 'retry-after': String(retryAfter) } },
    'tokens',
    'rate_limit_exceeded',
    `Rate limit reached for gpt on tokens per min (TPM): Limit 30000, Used 30000. Please try again in ${retryAfter}s.`,
  )(when);

/** No money left. */
export const openaiQuota = openai(
  { status: 429, headers: AT_ONCE },
  'insufficient_quota',
  'insufficient_quota',
  'You exceeded your current quota, please check your plan and billing details.',
);

/** The same in the words of Anthropic. */
export const anthropicQuota = anthropic(
  { status: 400 },
  'invalid_request_error',
  'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
);
