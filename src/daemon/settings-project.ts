import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EditedJsonError, readEditedJson } from '../system/edited-json.ts';
import { readText } from '../system/files.ts';
import { settingsSchema } from './settings.ts';
import { faultText, type Layers, SettingsError } from './settings-file.ts';
import { isFields, settingKeys, valueAt, withValue } from './settings-keys.ts';

/** The settings file of a project, for the tasks in it. */
export const PROJECT_FILE = '.holdfast.json';

/**
 * What a project may say: how its tasks are resumed and when they count as silent. A project is somebody else's word, so it
 * can let nobody do more, and of what costs money it can only ask for less; of questions it may have more refused.
 */
const MAY_SET = /^(?:resume\.(?!prompt$)|silence\.)|^answers\.(?:mode|deny)$/;
const STRICTER = ['accept-safe', 'ask', 'deny'];

const less = (operators: unknown, said: unknown): unknown => (Number(said) > Number(operators) ? operators : said);
const stricter = (operators: unknown, said: unknown): unknown =>
  STRICTER.includes(String(said)) && STRICTER.indexOf(String(said)) < STRICTER.indexOf(String(operators))
    ? operators
    : said;
const more = (operators: unknown, said: unknown): unknown =>
  Array.isArray(operators) && Array.isArray(said) ? [...operators, ...said] : said;

/** What comes of a project's word where it may go one way only. */
const ONE_WAY: Readonly<Record<string, (operators: unknown, said: unknown) => unknown>> = {
  'resume.maxAttempts': less,
  'resume.budgetMinutes': less,
  'resume.rateWaitMaxMinutes': less,
  'answers.mode': stricter,
  'answers.deny': more,
};

/** The project's file that counts for a directory: there, or above it within the same repository. */
function projectFile(cwd: string): string | undefined {
  for (let directory = cwd; ; directory = dirname(directory)) {
    const file = join(directory, PROJECT_FILE);
    if (existsSync(file)) return file;
    if (existsSync(join(directory, '.git')) || dirname(directory) === directory) return undefined;
  }
}

/**
 * The settings for a task in this directory. What its project says counts over the file of the operator; over a variable only
 * where the project can do no more than ask for less.
 */
export async function withProject(operators: Layers, cwd: string): Promise<Layers> {
  const file = projectFile(cwd);
  if (file === undefined) return operators;
  const { settings, originOf } = operators;
  const said = Object.entries(await projectSettings(file)).map(([key, value]) => ({
    key,
    path: key.split('.'),
    value,
  }));
  const counts = said.filter((each) => originOf(each) !== 'environment' || Object.hasOwn(ONE_WAY, each.key));
  const merged = counts.reduce<unknown>(
    (all, { key, path, value }) => withValue(all, path, ONE_WAY[key]?.(valueAt(settings, path), value) ?? value),
    settings,
  );
  const parsed = settingsSchema.safeParse(merged);
  if (!parsed.success)
    throw new SettingsError(`${file} is not valid: ${parsed.error.issues.map(faultText).join('; ')}`);
  const theirs = counts.filter(({ path, value }) => {
    const now = valueAt(parsed.data, path);
    return isDeepStrictEqual(now, value) || !isDeepStrictEqual(now, valueAt(settings, path));
  });
  return {
    settings: parsed.data,
    originOf: (setting) => (theirs.some(({ key }) => key === setting.key) ? 'project' : originOf(setting)),
  };
}

/** What a project's file says, by the keys of the settings; refused where it may not say that. */
async function projectSettings(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = (await readText(file)) ?? '{}';
  const { value, lineOf } = parse(file, text);
  if (!isFields(value)) throw new SettingsError(`${file}: line 1: the settings are one object: { … }`);
  const known = settingKeys().filter(({ key }) => MAY_SET.test(key));
  return Object.fromEntries(
    pathsIn(value, []).map((path) => {
      const key = path.join('.');
      if (known.some((setting) => setting.key === key)) return [key, valueAt(value, path)];
      const groups = [...new Set(known.map((setting) => setting.path[0]))].join(', ');
      throw new SettingsError(
        `${file}: line ${lineOf(path)}: "${key}" is not for a project to say; it may set ${groups}`,
      );
    }),
  );
}

const pathsIn = (value: unknown, path: readonly string[]): readonly (readonly string[])[] =>
  isFields(value) ? Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, [...path, name])) : [path];

function parse(file: string, text: string) {
  try {
    return readEditedJson(text);
  } catch (error) {
    if (!(error instanceof EditedJsonError)) throw error;
    throw new SettingsError(`${file}: line ${error.line}: ${error.message}`, { cause: error });
  }
}
