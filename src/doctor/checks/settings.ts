import { readSettings } from '../../daemon/settings-file.ts';
import { type Check, ok } from '../check.ts';

/** Can the settings be read, and does the daemon use those that are in the file? */
export const settings: Check = ({ paths, env }) => {
  try {
    readSettings(paths.configFile, env);
    return [ok('the settings are good')];
  } catch (error) {
    return [
      {
        level: 'problem',
        found: error instanceof Error ? error.message : String(error),
        remedy: 'mend it: holdfast config edit',
      },
    ];
  }
};
