const STEPS = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A count for people: `999`, `10.2k`, `3.4M`. */
export function amount(count: number): string {
  for (const [size, letter] of STEPS)
    if (count >= size) return `${(Math.floor((count * 10) / size) / 10).toString()}${letter}`;
  return count.toString();
}

/** Tokens for people: `10.2k in / 1.3k out`. */
export const tokensText = (tokens: { readonly input: number; readonly output: number }): string =>
  `${amount(tokens.input)} in / ${amount(tokens.output)} out`;

/** A number of denied tool calls, of which some may never have been told: `3`, `at least 3`. */
export const deniedText = (denied: number, isLeast = false): string => `${isLeast ? 'at least ' : ''}${denied}`;

/** What was used, in whole numbers. An agent that tells of none has used some all the same, or has had no turn. */
export const tokensTold = ({ input, output }: { readonly input: number; readonly output: number }): string =>
  input + output === 0 ? 'none told' : `${input} in, ${output} out`;
