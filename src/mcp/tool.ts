import type { z } from 'zod';
import type { Connection } from '../protocol/client.ts';
import type { MethodName, Params, Result } from '../protocol/methods.ts';

/** What a client may know of a tool before it asks its user. */
export interface Hints {
  /** It changes nothing. */
  readonly readOnlyHint: boolean;
  /** It may end or overwrite something. */
  readonly destructiveHint: boolean;
}

interface Definition<M extends MethodName> {
  readonly name: string;
  readonly method: M;
  readonly description: string;
  /** Made from the parameters of the method: what a model has no business with is left out. */
  readonly input: z.ZodType<Params<M>>;
  readonly hints: Hints;
  /** The answer as the model reads it. */
  readonly tell: (result: Result<M>) => string;
}

/** A tool, whatever its method. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
  readonly hints: Hints;
  readonly call: (connection: Connection, given: unknown) => Promise<string>;
}

/** Ties a tool to a method of the daemon, so that only it knows the types of both. */
export const defineTool = <M extends MethodName>({ method, input, tell, ...rest }: Definition<M>): Tool => ({
  ...rest,
  input,
  call: async (connection, given) => tell(await connection.call(method, input.parse(given))),
});
