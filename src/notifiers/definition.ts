import { z } from 'zod';
import { NOTICE_KINDS } from '../domain/notice-kind.ts';
import type { Letter, Notifier } from '../domain/notifier.ts';
import { SECRET_REFERENCE } from '../system/secret.ts';

/** What every notifier gets from the daemon. */
export interface Host {
  /** What programs that we run inherit. */
  readonly env: Readonly<Record<string, string>>;
  readonly secret: (reference: string) => Promise<string>;
}

/** Settings that every notifier has. */
export const common = {
  kinds: z.array(z.enum(NOTICE_KINDS)).optional().describe('only these notices'),
  quietHours: z
    .string()
    .regex(/^\d\d:\d\d-\d\d:\d\d$/, 'write it as 22:00-07:00')
    .optional(),
  minIntervalSeconds: z.number().min(0).max(86_400).optional().describe('hold back what is not urgent'),
};
export type Common = z.output<z.ZodObject<typeof common>>;

/** A secret by reference; the secret itself never stands in the settings. */
export const secret = z.string().regex(SECRET_REFERENCE, 'write env:NAME or file:/path, never the secret itself');

/** What a kind of notifier must say; the rest has defaults. */
type Made = Pick<Notifier, 'send'> & Partial<Omit<Notifier, 'name' | 'send'>>;

interface Definition<Type extends string, Shape extends z.ZodRawShape> {
  readonly type: Type;
  readonly shape: Shape;
  readonly make: (settings: z.output<z.ZodObject<Shape>>, host: Host) => Made;
}

const DEFAULTS: Omit<Notifier, 'name' | 'send'> = {
  audience: 'person',
  folds: 'fleet',
  heartbeats: 'repeated',
  takes: () => true,
  gapMs: 0,
  capMs: 600_000,
  timeoutMs: 60_000,
  check: async () => undefined,
};

/** Ties the settings of a kind of notifier to what it does with them. */
export const defineNotifier = <Type extends string, Shape extends z.ZodRawShape>({
  type,
  shape,
  make,
}: Definition<Type, Shape>) => ({
  type,
  schema: z.strictObject({ type: z.literal(type), ...shape, ...common }),
  create: (name: string, settings: unknown, host: Host): Notifier => ({
    ...DEFAULTS,
    ...make(z.object(shape).parse(settings), host),
    name,
  }),
});

/** The text of a letter, cut between characters to what the service takes. */
export function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

/** The task of a letter; of one about several the first, which has its own name here. */
export const taskOf = ({ notice: { task }, folded }: Pick<Letter, 'notice' | 'folded'>): Letter['notice']['task'] => ({
  ...task,
  ...folded?.[0],
});

/** A notice as programs get it: JSON, times in ISO 8601. */
export function documentOf(letter: Pick<Letter, 'notice' | 'earlier' | 'folded'>): object {
  const { notice, earlier, folded } = letter;
  const { at, next, ...rest } = notice;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    schema: 1,
    ...rest,
    task: taskOf(letter),
    at: iso(at),
    ...(next ? { next: { what: next.what, at: iso(next.at) } } : {}),
    ...(folded ? { tasks: folded } : {}),
    ...(earlier.length > 0 ? { earlier: earlier.map(({ id, kind }) => ({ id, kind })) } : {}),
  };
}
