import { readFileSync, statSync } from 'node:fs';

const MOST_BYTES = 1_048_576;
const NAME = /^[A-Za-z_]\w*$/;

/** What who starts the daemon needs to know of the settings. */
export interface Glance {
  /** The variables that the settings pass on to agents: they must be left to the daemon. */
  readonly passed: readonly string[];
  /** May the CLI start a missing daemon? */
  readonly startDaemon: boolean;
}

/** The file is only glanced at; what is wrong with it the daemon tells, and then it does not start. */
export function glance(configFile: string): Glance {
  try {
    const { environment, startDaemon } = fields(settingsIn(configFile));
    const { pass } = fields(environment);
    const passed = Array.isArray(pass) ? pass.filter((name) => typeof name === 'string' && NAME.test(name)) : [];
    return { passed, startDaemon: startDaemon !== false };
  } catch {
    return { passed: [], startDaemon: true }; // no file, or not a readable one
  }
}

function settingsIn(file: string): unknown {
  const stats = statSync(file);
  return stats.isFile() && stats.size <= MOST_BYTES ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}; // every field of it is unknown
