import { isDeepStrictEqual } from 'node:util';
import type { Settings } from './settings.ts';
import type { Layers } from './settings-file.ts';
import { type Setting, settingKeys, valueAt, waitsForRestart } from './settings-keys.ts';

/** What a reload has changed. */
export interface Reloaded {
  readonly changed: readonly string[];
  /** What is other than at the start of the daemon, and taken over by the next one only. */
  readonly later: readonly string[];
}

/** Settings that may change while the daemon runs: always the last good ones, and of what is used once those of the start. */
export interface LiveSettings extends Layers {
  /** One object for good, whose fields are those of now: who keeps it must look at the time of use. */
  readonly now: Settings;
  /** Reads anew. Throws where they are bad, and leaves everything as it was. */
  readonly reload: () => Reloaded;
  /** What the next daemon will take over: the same as `later` of the last reload. */
  readonly later: () => readonly string[];
  /** Calls back after each reload with what has changed. */
  readonly follow: (changed: (keys: readonly string[]) => void) => void;
  /** Why the last reload took nothing over. */
  readonly problem: () => string | undefined;
}

/** Reads the settings, now and at each reload. */
export function liveSettings(read: () => Layers): LiveSettings {
  const first = read();
  const now = { ...first.settings };
  const followers: ((keys: readonly string[]) => void)[] = [];
  let last = first;
  let problem: string | undefined;
  const differing = (one: Settings, other: Settings, which: (setting: Setting) => boolean): readonly string[] =>
    settingKeys()
      .filter((setting) => which(setting))
      .filter(({ path }) => !isDeepStrictEqual(valueAt(one, path), valueAt(other, path)))
      .map(({ key }) => key);
  const later = () => differing(first.settings, last.settings, ({ key }) => waitsForRestart(key));
  return {
    now,
    settings: now,
    originOf: (setting) => (waitsForRestart(setting.key) ? first : last).originOf(setting),
    later,
    follow: (changed) => void followers.push(changed),
    problem: () => problem,
    reload: () => {
      try {
        last = read();
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
        throw error;
      }
      problem = undefined;
      const { tmux, environment } = first.settings;
      const fresh = { ...last.settings, tmux, environment };
      const changed = differing(now, fresh, () => true);
      Object.assign(now, fresh);
      for (const follower of followers) follower(changed);
      return { changed, later: later() };
    },
  };
}
