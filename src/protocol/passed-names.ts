import { readFileSync, statSync } from 'node:fs';

const MOST_BYTES = 1_048_576;
const NAME = /^[A-Za-z_]\w*$/;

/**
 * The variables that the settings pass on to agents (`environment.pass`): who starts the daemon must leave them to it.
 * The file is only glanced at; what is wrong with it the daemon tells, and then it does not start.
 */
export function passedNames(configFile: string): readonly string[] {
  try {
    const { environment } = fields(settingsIn(configFile));
    const { pass } = fields(environment);
    return Array.isArray(pass) ? pass.filter((name) => typeof name === 'string' && NAME.test(name)) : [];
  } catch {
    return []; // no file, or not a readable one
  }
}

function settingsIn(file: string): unknown {
  const stats = statSync(file);
  return stats.isFile() && stats.size <= MOST_BYTES ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}; // every field of it is unknown
