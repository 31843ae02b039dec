/** Why a turn or a process of an agent failed, in one vocabulary for all agents. */
export const FAILURE_KINDS = [
  'usage-limit', // a quota with a reset time: wait for it
  'rate-limit', // too many requests just now
  'overloaded', // the provider has no capacity or answers 5xx
  'network', // the provider cannot be reached, or the stream was cut
  'auth', // no login, or a key that is refused
  'billing', // no credit left
  'context-window', // the conversation no longer fits
  'model-not-found',
  'bad-flag', // the CLI does not know a flag that we gave
  'conversation-not-found', // the resume was refused: the agent does not know the id
  'conversation-busy', // the resume was refused: another process writes this conversation
  'interrupted', // a signal, or an operator's key
  'unknown',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** A failure with the agent's own words, and the time (epoch ms) at which a limit ends where the agent tells it. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly resetAt?: number;
}

/**
 * The permission that an agent asks for, in its own data. `what` is verbatim, neither cut nor folded into one line: rules
 * are held against it, and what was left out would be granted unseen. Of an edit it is the file.
 */
export interface Approval {
  readonly tool: string;
  readonly what: string;
  /** The answers that grant it this once, and that refuse it. */
  readonly grant: string;
  readonly refuse: string;
}

/** What an agent wants to be told. `approval`: where it asks for a permission and says for which. */
export interface Question {
  readonly question: string;
  readonly choices: readonly string[];
  readonly approval?: Approval;
  /** It sits at its prompt, where any text goes on. */
  readonly atPrompt?: true;
}

/** The tool call that a question is about; without `call`, where its agent does not repeat the id there, the one that looks like this. */
export interface Caller {
  readonly call?: string;
  readonly tool: string;
  readonly what: string;
}

/** What an agent reports of itself, one vocabulary for all agents; made by the `read` of its driver from one line of its events. */
export type AgentEvent =
  | { readonly type: 'conversation'; readonly id: string }
  | { readonly type: 'turn-started' }
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'thought'; readonly text: string }
  | { readonly type: 'tool-started'; readonly call: string; readonly tool: string; readonly what: string }
  | {
      readonly type: 'tool-ended';
      readonly call: string;
      readonly tool: string;
      /** The command, file or query, in one line. Empty where the event does not repeat it: see `tool-started`. */
      readonly what: string;
      readonly ok: boolean;
      readonly exitCode?: number;
      /** Its agent tells of the end, but not how it was: `ok` is only not known to be wrong. */
      readonly untold?: true;
      readonly output?: string;
    }
  | { readonly type: 'tool-denied'; readonly tool: string; readonly what: string }
  /** `step`: to be added to what was counted. `total`: of this process so far, replaces. `conversation`: of the whole conversation, whatever processes it had, replaces. Tokens; cost in US dollars. */
  | {
      readonly type: 'usage';
      readonly counts: 'step' | 'total' | 'conversation';
      readonly input: number;
      readonly output: number;
      readonly costUsd?: number;
    }
  /** The agent waits for an answer; `choices` are the words it takes, none where any text will do. `of`: the tool call that waits for it; `beside`: a helper asks, which works beside the turn. */
  | ({ readonly type: 'asked'; readonly of?: Caller; readonly beside?: true } & Question)
  /** Whoever it was has answered the question about this tool call; `beside`: of a helper. */
  | { readonly type: 'replied'; readonly call: string; readonly beside?: true }
  /** The agent tries again by itself: the turn is open, whatever was said before. */
  | { readonly type: 'retrying'; readonly message: string }
  | { readonly type: 'warned'; readonly message: string }
  /** A quota is used up until this time (epoch ms); the failure that tells so in words comes later, if it comes. */
  | { readonly type: 'limit'; readonly resetAt: number }
  | { readonly type: 'turn-ended'; readonly text?: string }
  | { readonly type: 'turn-failed'; readonly failure: Failure };
