/** One line of a transcript. */
export type Entry =
  | { readonly type: 'conversation'; readonly id: string; readonly cwd: string; readonly at: string }
  | {
      readonly type: 'prompt';
      readonly sha256: string;
      readonly bytes: number;
      readonly text: string;
      readonly at: string;
    }
  | { readonly type: 'step-started'; readonly index: number }
  | { readonly type: 'step-done'; readonly index: number }
  | { readonly type: 'turn-ended'; readonly at: string };

/** What a transcript says of a conversation. */
export interface Memory {
  /** The first prompt: the script. */
  readonly prompt: { readonly sha256: string; readonly text: string };
  /** How many prompts there were. */
  readonly turns: number;
  readonly done: ReadonlySet<number>;
  /** The step that was begun and not done when the last life ended. */
  readonly inFlight?: number;
}

/** Reads a transcript. A last line that a death has torn is as if it had never been written. */
export function recall(transcript: string): Memory | undefined {
  const done = new Set<number>();
  let prompt: Memory['prompt'] | undefined;
  let turns = 0;
  let inFlight: number | undefined;
  for (const line of transcript.split('\n').slice(0, -1)) {
    const entry = parse(line);
    if (entry.type === 'prompt' && typeof entry.sha256 === 'string' && typeof entry.text === 'string') {
      prompt ??= { sha256: entry.sha256, text: entry.text };
      turns += 1;
    }
    if (entry.type === 'step-started' && typeof entry.index === 'number') inFlight = entry.index;
    if (entry.type === 'step-done' && typeof entry.index === 'number') {
      done.add(entry.index);
      if (entry.index === inFlight) inFlight = undefined;
    }
  }
  return prompt && { prompt, turns, done, ...(inFlight === undefined ? {} : { inFlight }) };
}

function parse(line: string): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {}; // not ours: whatever stands there says nothing about a step
  }
}
