import { readSettings } from '../../daemon/settings-file.ts';
import { type Check, type Finding, ok } from '../check.ts';

/** Can the settings be read, and does the daemon use those that are in the file? */
export const settings: Check = ({ paths, env, daemon }) => {
  const later = daemon?.later ?? [];
  const waiting: readonly Finding[] = later.map((key) => ({
    level: 'warning',
    found: `${key} was changed, and the daemon does not use it yet`,
    remedy: 'holdfast daemon restart; agents go on',
  }));
  try {
    readSettings(paths.configFile, env);
    return [ok('the settings are good'), ...waiting];
  } catch (error) {
    return [
      {
        level: 'problem',
        found: error instanceof Error ? error.message : String(error),
        remedy: 'mend it: holdfast config edit',
      },
      ...waiting,
    ];
  }
};
