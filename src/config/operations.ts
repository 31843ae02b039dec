import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { settingsSchema } from '../daemon/settings.ts';
import { type Origin, readFile, readLayers, readSettings, SettingsError } from '../daemon/settings-file.ts';
import {
  jsonSchema,
  type Setting,
  settingKeys,
  valueAt,
  valueFrom,
  waitsForRestart,
  withValue,
} from '../daemon/settings-keys.ts';
import { withProject } from '../daemon/settings-project.ts';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { makePrivateDir } from '../protocol/private-dir.ts';
import { writeSettings } from './write.ts';

/** What is asked about: the operator's file, and where the command is run. */
export interface Place {
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** A setting with the value that counts, and who gave it. */
export interface Row extends Setting {
  readonly value: unknown;
  readonly origin: Origin;
}

/** Every setting as it counts for a task that is started here. */
export async function listSettings({ file, env, cwd }: Place): Promise<readonly Row[]> {
  const operators = guarded(() => readLayers(file, env));
  const { settings, originOf } = await guarded(() => withProject(operators, cwd));
  return settingKeys().map((setting) => ({
    ...setting,
    value: valueAt(settings, setting.path),
    origin: originOf(setting),
  }));
}

/** One of them. */
export async function getSetting(place: Place, key: string): Promise<Row> {
  const { key: known } = settingNamed(key);
  const row = (await listSettings(place)).find((each) => each.key === known);
  if (row) return row;
  throw unknownKey(key);
}

/** Gives a setting a value in the operator's file; `undefined` takes it out. What the schema refuses is not written. */
export function setSetting({ file }: Pick<Place, 'file'>, key: string, word: string | undefined): unknown {
  const setting = settingNamed(key);
  const { conf, read } = guarded(() => readFile(file));
  const value = word === undefined ? undefined : valueFrom(setting, word);
  const wanted = withValue(read.value, setting.path, value);
  const parsed = settingsSchema.safeParse(wanted);
  if (!parsed.success) {
    const about = parsed.error.issues.find(({ path }) => setting.path.every((name, at) => path[at] === name));
    if (about) throw new Refusal(EXIT.usage, `${key} cannot be ${JSON.stringify(word)}: ${inWords(about.message)}`);
    guarded(() => readSettings(file, {})); // the fault is elsewhere in the file: told with its line
  }
  makePrivateDirOnce(dirname(file));
  writeSettings(conf, file, wanted);
  return valueAt(parsed.data, setting.path);
}

const TAKES: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, with commas between',
};

/** zod's `Invalid input: expected number, received string`, for a person. */
const inWords = (message: string): string =>
  message.replace(/^Invalid input: expected (\w+).*/s, (all, type: string) =>
    Object.hasOwn(TAKES, type) ? `it takes ${TAKES[type]}` : all,
  );

/** Are the settings in the file good? Throws with the line where they are not. */
export const checkSettings = ({ file }: Pick<Place, 'file'>): void => {
  guarded(() => readSettings(file, {}));
};

export { waitsForRestart };

/** The settings as JSON Schema, for editors. */
export const schema = jsonSchema;

/** All settings, without values. */
export const settingRows = settingKeys;

/** The names of all settings. */
const settingNames = (): readonly string[] => settingKeys().map(({ key }) => key);

function settingNamed(key: string): Setting {
  const found = settingKeys().find((each) => each.key === key);
  if (found) return found;
  throw unknownKey(key);
}

function unknownKey(key: string): Refusal {
  const inside = settingNames().filter((name) => name.startsWith(`${key}.`));
  const way = inside.length > 0 ? `there are ${inside.join(', ')}` : 'see them all with: holdfast config list';
  return new Refusal(EXIT.usage, `${JSON.stringify(key)} is no setting: ${way}`);
}

function makePrivateDirOnce(directory: string): void {
  if (!existsSync(directory)) makePrivateDir(directory);
}

/** Bad settings are one's own fault to mend, and have an exit code of their own. */
function guarded<T>(work: () => T): T {
  const told = (error: unknown): never => {
    throw error instanceof SettingsError ? new Refusal(EXIT.badSettings, error.message, { cause: error }) : error;
  };
  try {
    const done = work();
    return done instanceof Promise ? (done.catch(told) as T) : done; // the same promise, with another sentence
  } catch (error) {
    return told(error);
  }
}
