/** What the model does with one request, and which requests it does it with. */
export type Step = Condition & Answer;

/** A step is used once, by the first request that it fits. */
export interface Condition {
  /** Only for requests whose body holds this text, so that one model can serve several tasks. */
  readonly contains?: string;
  /** How often it may be used; `*`: always. */
  readonly times?: number | '*';
}

/** An answer with its faults: see the makers below. */
export type Answer =
  | ({ readonly kind: 'reply' } & Reply)
  | ({ readonly kind: 'refusal' } & Refusal)
  /** The request is read and never answered. */
  | { readonly kind: 'silence' }
  /** The connection is cut before any header. */
  | { readonly kind: 'hang-up' };

/** A streamed answer: text, tool calls, or both. */
export interface Reply {
  readonly text?: string;
  /** Calls the agent's shell tool, whatever its name. */
  readonly shell?: string;
  /** Calls the agent's tool for writing a file; its shell where it has none. */
  readonly write?: { readonly path: string; readonly content: string };
  /** Calls tools by the names the agent gives them. */
  readonly tools?: readonly { readonly name: string; readonly args: Readonly<Record<string, unknown>> }[];
  readonly tokens?: { readonly input: number; readonly output: number };
  readonly waitMs?: number;
  /** Before each event of the stream. */
  readonly paceMs?: number;
  /** After so many events of the stream: no more of them with the connection open, or a cut. */
  readonly fault?: { readonly kind: 'stall' | 'drop'; readonly afterEvents: number };
}

/** An error instead of an answer. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The model answers with text, tool calls, or both. */
export const reply = (words: Reply & Condition): Step => ({ kind: 'reply', ...words });

/** The model's server answers with an error; `presets.ts` has those of the real services. */
export const refuse = (refusal: Refusal & Condition): Step => ({ kind: 'refusal', ...refusal });

/** The next step of a script for each request: the first that fits and is not used up, or the text `OK`. */
export function play(steps: readonly Step[]): (requestBody: string) => Step {
  const uses = new Map<Step, number>();
  return (body) => {
    const next = steps.find((step) => fits(step, body) && (uses.get(step) ?? 0) < allowed(step));
    if (!next) return reply({ text: 'OK' });
    uses.set(next, (uses.get(next) ?? 0) + 1);
    return next;
  };
}

const fits = ({ contains }: Condition, body: string): boolean => contains === undefined || body.includes(contains);
const allowed = ({ times = 1 }: Condition): number => (times === '*' ? Number.POSITIVE_INFINITY : times);
