import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import type { Reading } from '../context.ts';
import { type Layers, SettingsError } from '../settings-file.ts';
import { settingKeys, valueAt } from '../settings-keys.ts';
import { withProject } from '../settings-project.ts';

/** The settings that we use, which need not be those that a caller would read: it has another environment. */
export async function settings({ live }: Reading, { cwd }: Parsed<'settings'>): Promise<Result<'settings'>> {
  const layers = cwd === undefined ? live : await forProject(live, cwd);
  return {
    settings: settingKeys().map((setting) => ({
      key: setting.key,
      value: valueAt(layers.settings, setting.path),
      origin: layers.originOf(setting),
    })),
  };
}

/** The settings for a task in this directory. */
export async function forProject(live: Layers, cwd: string): Promise<Layers> {
  try {
    return await withProject(live, cwd);
  } catch (cause) {
    if (!(cause instanceof SettingsError)) throw cause;
    throw new Refusal(EXIT.badSettings, cause.message, { cause });
  }
}
