import type { Progress } from './progress.ts';

/** What agents have used. Tokens are counts; cost is in US dollars, absent where nobody reports it. */
export interface Usage {
  readonly tools: number;
  readonly tokens: { readonly input: number; readonly output: number };
  readonly costUsd?: number;
  /** How long they lived. */
  readonly workedMs: number;
}

/** What one attempt has used, by its own events. */
export interface Share extends Usage {
  /** Its tokens and cost are those of this whole conversation: what earlier attempts in it had reported is in them. */
  readonly conversation?: string;
}

/** What all attempts of a task have used, as far as they have ended; `now` is the share of the last of them. */
export interface Tally {
  readonly attempt: number;
  readonly before: Usage;
  /** The share in `before` that the next report of the same conversation holds again. */
  readonly reported?: Share;
  readonly now: Share;
}

const nothing: Usage = { tools: 0, tokens: { input: 0, output: 0 }, workedMs: 0 };

/** The share of an attempt whose events add up to this. */
export const shareOf = (
  { tools, tokens, costUsd, wholeConversation, conversation }: Progress,
  workedMs: number,
): Share => ({
  tools,
  tokens,
  workedMs,
  ...(costUsd === undefined ? {} : { costUsd }),
  ...(wholeConversation && conversation !== undefined ? { conversation } : {}),
});

/** Adds the share of an attempt; said again of the same attempt, it counts once. */
export function tallied(tally: Tally | undefined, attempt: number, now: Share): Tally {
  if (!tally) return { attempt, before: nothing, now };
  if (tally.attempt === attempt) return { ...tally, now };
  const reported = tally.now.conversation === undefined ? tally.reported : tally.now;
  return { attempt, before: usedBy(tally), ...(reported ? { reported } : {}), now };
}

/** What all of them have used together. */
export function usedBy(tally: Tally | undefined): Usage {
  if (!tally) return nothing;
  const { before, reported, now } = tally;
  const again = now.conversation !== undefined && now.conversation === reported?.conversation ? reported : nothing;
  const cost = [before.costUsd, now.costUsd].some((each) => each !== undefined)
    ? (before.costUsd ?? 0) + (now.costUsd ?? 0) - (again.costUsd ?? 0)
    : undefined;
  return {
    tools: before.tools + now.tools,
    tokens: {
      input: before.tokens.input + now.tokens.input - again.tokens.input,
      output: before.tokens.output + now.tokens.output - again.tokens.output,
    },
    workedMs: before.workedMs + now.workedMs,
    ...(cost === undefined ? {} : { costUsd: cost }),
  };
}
