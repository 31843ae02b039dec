import { z } from 'zod';
import { settingsSchema } from './settings.ts';

/** One setting: a leaf of the schema. */
export interface Setting {
  /** As a person writes it: `resume.maxAttempts`. */
  readonly key: string;
  readonly path: readonly string[];
  readonly type: 'boolean' | 'number' | 'integer' | 'string' | 'array' | 'other';
  readonly byDefault: unknown;
  readonly description: string;
  /** The variable that sets it: `HOLDFAST_RESUME_MAX_ATTEMPTS`. Absent for what only the settings file may give. */
  readonly variable?: string;
}

/**
 * What lets agents do more, or who may start a daemon, is the operator's written word: a variable could come from anybody
 * who runs a command, an agent included.
 */
const FILE_ONLY = /^(allowFull|startDaemon|answers\.|directories\.|environment\.)/;
/** What the daemon uses once, at its start: its tmux server, and what agents inherit. */
const AT_START = /^(tmux|environment)\./;

/** Does a change of this setting wait for the next daemon? */
export const waitsForRestart = (key: string): boolean => AT_START.test(key);

const TYPES = ['boolean', 'number', 'integer', 'string', 'array'] as const;

/** The settings for editors and for `config schema`, as JSON Schema. */
export const jsonSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(settingsSchema, { io: 'input' }),
  title: 'Settings of holdfast',
});

/** Every setting, in the order of the schema. */
export const settingKeys = (): readonly Setting[] => leaves(jsonSchema(), []).filter(({ key }) => key !== '$schema');

function leaves(schema: Fields, path: readonly string[]): readonly Setting[] {
  const properties = schema.properties;
  if (isFields(properties)) {
    return Object.entries(properties).flatMap(([name, inner]) =>
      isFields(inner) ? leaves(inner, [...path, name]) : [],
    );
  }
  const key = path.join('.');
  return [
    {
      key,
      path,
      type: TYPES.find((type) => type === schema.type) ?? 'other',
      byDefault: schema.default,
      description: typeof schema.description === 'string' ? schema.description : '',
      ...(FILE_ONLY.test(key) ? {} : { variable: variableOf(path) }),
    },
  ];
}

const variableOf = (path: readonly string[]): string =>
  `HOLDFAST_${path.map((name) => name.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase()).join('_')}`;

type Fields = Readonly<Record<string, unknown>>;

/** Is it an object with names? */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a word means as the value of a setting; the schema has the last say. */
export function valueFrom({ type }: Pick<Setting, 'type'>, word: string): unknown {
  switch (type) {
    case 'string':
      return word;
    case 'boolean':
      return BOOLEANS.get(word.toLowerCase()) ?? word;
    case 'number':
    case 'integer':
      return word.trim() === '' || Number.isNaN(Number(word)) ? word : Number(word);
    case 'array':
      return word.trim().startsWith('[')
        ? json(word)
        : word
            .split(',')
            .map((item) => item.trim())
            .filter(Boolean);
    case 'other':
      return json(word);
    default:
      return type satisfies never;
  }
}

const BOOLEANS = new Map([
  ...['true', 'on', 'yes', '1'].map((word) => [word, true] as const),
  ...['false', 'off', 'no', '0'].map((word) => [word, false] as const),
]);

function json(word: string): unknown {
  try {
    return JSON.parse(word);
  } catch {
    return word; // the schema refuses it with its own sentence
  }
}

/** The value at a path, if there is one. */
export const valueAt = (root: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, name) => (isFields(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
    root,
  );

/** The same with another value at a path; with `undefined` nothing is there any more. */
export function withValue(root: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const { [name]: before, ...others } = isFields(root) ? root : {};
  const inner = withValue(before, rest, value);
  return inner === undefined ? others : { ...(isFields(root) ? root : {}), [name]: inner };
}
