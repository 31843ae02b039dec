import { z } from 'zod';
import { findAgent } from '../agents/index.ts';
import { type Agent, DRIVERS, PERMISSIONS } from '../domain/agent.ts';
import { defaultPolicy } from '../domain/policy.ts';
import type { Spec } from '../domain/task.ts';
import { JournalError, NewerJournalError } from './journal.ts';

const newerSpec = z.object({ schema: z.number().min(2) });
/** Looks and copies nothing: ten thousand are read before the first answer. */
const spec = z.object({
  schema: z.literal(1),
  id: z.string(),
  name: z.string(),
  agent: z.string(),
  driver: z.enum(DRIVERS).optional(),
  session: z.string(),
  cwd: z.string(),
  createdAt: z.number(),
  labels: z.array(z.string()),
  permissions: z.enum(PERMISSIONS),
  chosenId: z.uuid(),
  prompt: z.object({ bytes: z.number(), sha256: z.string() }),
  policy: z.object({ baseMs: z.number(), capMs: z.number(), maxAttempts: z.number(), budgetMs: z.number() }),
});

/** What was asked for, from the text of a spec.json. Throws where it is damaged, or of a newer version. */
export function readSpec(text: string): Spec {
  try {
    const json: unknown = JSON.parse(text);
    const { error } = spec.safeParse(json);
    if (error) throw newerIn(json) ?? error;
    const read = json as Spec; // the schema above holds what we rely on; the rest we wrote ourselves
    return { ...read, policy: { ...defaultPolicy, ...read.policy } }; // an older version knew less of it
  } catch (error) {
    if (error instanceof NewerJournalError) throw error;
    // V8 quotes what it could not parse, and that may be a secret (Node 20): its words go nowhere.
    if (error instanceof SyntaxError) throw new JournalError('spec.json is not JSON any more');
    throw new JournalError(`spec.json: ${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}`, {
      cause: error,
    });
  }
}

/** The agent of a task. Throws where this version does not know it. */
export function agentOf({ agent }: Spec): Agent {
  const found = findAgent(agent);
  if (found) return found;
  throw new Error(`this version knows no agent ${JSON.stringify(agent)}`);
}

/** What a newer version wrote is no damage: it stays where it is, for that version. */
function newerIn(json: unknown): NewerJournalError | undefined {
  const { data } = newerSpec.safeParse(json);
  const version = `(spec version ${data?.schema})`;
  return data && new NewerJournalError(`written by a newer version of holdfast ${version}: upgrade holdfast`);
}
