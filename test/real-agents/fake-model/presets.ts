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

/** A key that is refused, in the words of OpenAI. */
export const openaiUnauthorized = (when: Condition = {}): Step =>
  refuse({
    ...when,
    status: 401,
    body: {
      error: {
        message: 'Incorrect API key provided: dummy.',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      },
    },
  });

/** A key that is refused, in the words of Anthropic. */
export const anthropicUnauthorized = (when: Condition = {}): Step =>
  refuse({
    ...when,
    status: 401,
    body: {
      type: 'error',
      error: { type: 'authentication_error', message: 'invalid x-api-key' },
      request_id: 'req_fake',
    },
  });
