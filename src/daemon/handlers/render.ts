import type { Connection } from '../../protocol/client.ts';
import { methods, type Parsed, type Result } from '../../protocol/methods.ts';
import type { Handlers } from '../server.ts';

/** What a face prints for a line that only looks; nothing where the line is anything else. */
export type Face = (
  line: readonly string[],
  terminal: Parsed<'render'>['terminal'],
  connection: Connection,
) => Promise<Result<'render'>['rendered']>;

/** What a face may ask for. */
type Near = Pick<Handlers, 'list' | 'show' | 'explain'>;

/** Answers in place of a process that would first have to load what is warm here (docs/adr/0012-the-daemon-renders.md). */
export async function render(
  { face }: { readonly face: Face },
  near: Near,
  { line, terminal }: Parsed<'render'>,
  caller: AbortSignal,
): Promise<Result<'render'>> {
  const rendered = await face(line, terminal, connectionTo(near, caller));
  return rendered ? { rendered } : {};
}

/** A connection that never leaves the process. */
const connectionTo = (near: Near, caller: AbortSignal): Connection => ({
  async call(method, params) {
    if (!isNear(near, method)) throw new Error(`"${method}" is no look`);
    // As in the server: the table ties the params to the handler, which TypeScript cannot see across a union of methods.
    const handle = near[method] as (params: unknown, caller: AbortSignal) => Promise<Result<typeof method>>;
    return await handle(methods[method].params.parse(params), caller);
  },
  close: () => undefined,
});

const isNear = (near: Near, method: string): method is keyof Near => Object.hasOwn(near, method);
