import { statSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import type { z } from 'zod';
import { Conf } from '../system/conf.ts';
import { type EditedJson, EditedJsonError, readEditedJson } from '../system/edited-json.ts';
import { type Settings, settingsSchema } from './settings.ts';
import { type Setting, settingKeys, valueAt, valueFrom, withValue } from './settings-keys.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Names = Record<string, unknown>;

const MOST_BYTES = 1024 * 1024;

/** The settings cannot be used; the message says where and why. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Who gave a setting its value. */
export type Origin = 'default' | 'file' | 'environment' | 'project';

/** Settings, and who gave each. */
export interface Layers {
  readonly settings: Settings;
  readonly originOf: (setting: Pick<Setting, 'key' | 'path'>) => Origin;
}

/**
 * The settings that count: the file, and over it the environment. A missing file means all defaults; a bad one is reported
 * with the line and left as it is.
 */
export const readSettings = (file: string, env: Environment): Settings => readLayers(file, env).settings;

/** The same, with who gave each. */
export function readLayers(file: string, env: Environment): Layers {
  const { value, lineOf } = readFile(file).read;
  const variables = fromEnvironment(env);
  const merged = variables.reduce((all, { path, value: given }) => withValue(all, path, given), value);
  const parsed = settingsSchema.safeParse(merged);
  if (parsed.success) return { settings: parsed.data, originOf: originIn(value, variables) };
  const faults = parsed.error.issues.map((issue) => {
    const path = 'keys' in issue ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
    const variable = variables.find((each) => each.path.every((name, at) => name === path[at]));
    return { line: variable ? Number.POSITIVE_INFINITY : lineOf(path), variable, text: faultText(issue) };
  });
  const told = faults
    .sort((a, b) => (a.line === b.line ? 0 : a.line - b.line))
    .map(({ line, variable, text }) => `${variable ? variable.variable : `line ${line}`}: ${text}`);
  throw new SettingsError(`${file} is not valid: ${told.join('; ')}`);
}

const originIn = (written: unknown, variables: ReturnType<typeof fromEnvironment>): Layers['originOf'] => {
  const set = new Set(variables.map(({ key }) => key));
  return ({ key, path }) => (set.has(key) ? 'environment' : valueAt(written, path) === undefined ? 'default' : 'file');
};

/** A fault that the schema found, with the setting that it is about. */
export const faultText = ({ path, message }: z.core.$ZodIssue): string =>
  path.length > 0 ? `${path.join('.')}: ${message}` : message;

/** What the environment sets, each with its variable. */
const fromEnvironment = (env: Environment) =>
  settingKeys().flatMap((setting) => {
    const word = setting.variable === undefined ? undefined : env[setting.variable];
    return word === undefined || word === '' ? [] : [{ ...setting, value: valueFrom(setting, word) }];
  });

/** Opens the settings file by `conf`, and gives what stands there: with the lines of everything, unchecked. */
export function readFile(file: string): { readonly conf: Conf<Names>; readonly read: EditedJson } {
  try {
    mustBeSmall(file);
    let read: EditedJson = { value: {}, lineOf: () => 1 };
    const conf = new Conf<Names>({
      cwd: dirname(file),
      configName: basename(file, extname(file)),
      fileExtension: extname(file).slice(1),
      projectName: 'holdfast',
      projectSuffix: '',
      configFileMode: 0o600,
      clearInvalidConfig: false,
      serialize: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
      deserialize: (text) => {
        read = readEditedJson(text);
        if (typeof read.value === 'object' && read.value !== null && !Array.isArray(read.value))
          return { ...read.value };
        throw new EditedJsonError(1, 'the settings are one object: { … }');
      },
    });
    return { conf, read: { ...read, value: { ...conf.store } } };
  } catch (error) {
    const line = error instanceof EditedJsonError ? `line ${error.line}: ` : '';
    throw new SettingsError(
      `${file} cannot be read: ${line}${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** `conf` reads whatever is there, to its end: a FIFO has none. */
function mustBeSmall(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isFile()) throw new Error('it is not a regular file');
  if (found.size > MOST_BYTES) throw new Error(`it has ${found.size} bytes, ${MOST_BYTES} are possible`);
}
