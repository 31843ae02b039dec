import { isDeepStrictEqual } from 'node:util';
import type { Settings } from './settings.ts';
import { settingKeys, valueAt } from './settings-keys.ts';

/** What a reload has changed. */
export interface Reloaded {
  readonly changed: readonly string[];
  /** Changed as well, but taken over by the next daemon only. */
  readonly later: readonly string[];
}

/** Settings that may change while the daemon runs: always the last good ones. */
export interface LiveSettings {
  /** One object for good, whose fields are those of now: who keeps it must look at the time of use. */
  readonly now: Settings;
  /** Reads anew. Throws where they are bad, and leaves everything as it was. */
  readonly reload: () => Reloaded;
  /** Why the last reload took nothing over. */
  readonly problem: () => string | undefined;
}

/** What is used once, at the start of the daemon. */
const AT_START = /^(tmux|environment|notify)\./;

/** Reads the settings, now and at each reload. */
export function liveSettings(read: () => Settings): LiveSettings {
  const now = read();
  let problem: string | undefined;
  return {
    now,
    problem: () => problem,
    reload: () => {
      try {
        const fresh = read();
        const changed = settingKeys()
          .filter(({ path }) => !isDeepStrictEqual(valueAt(now, path), valueAt(fresh, path)))
          .map(({ key }) => key);
        Object.assign(now, fresh);
        problem = undefined;
        return {
          changed: changed.filter((key) => !AT_START.test(key)),
          later: changed.filter((key) => AT_START.test(key)),
        };
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
        throw error;
      }
    },
  };
}
