import { readSettings } from '../../daemon/settings-file.ts';
import { type Check, type Finding, ok, type Scene } from '../check.ts';

/** Could every notifier send? The daemon looks: secrets and addresses are its to resolve. */
export const notifiers: Check = (scene) => {
  if (!scene.daemon) return unasked(namesIn(scene));
  const told = scene.daemon.notifiers;
  if ('unknown' in told) {
    const found = `whether the notifiers could send is not known: ${told.unknown}`;
    return [{ level: 'warning', found, remedy: 'ask once more, with more patience: holdfast notify check' }];
  }
  return told.map(
    ({ name, ok: well, what }): Finding =>
      well
        ? ok(`${name}: ${what}`)
        : {
            level: 'warning',
            found: `nobody is told by ${name}: ${what}`,
            remedy: `mend notify.to.${name} in the settings, or give the daemon what it names and restart it; then: holdfast notify test ${name}`,
          },
  );
};

function unasked(names: readonly string[]): readonly Finding[] {
  if (names.length === 0) return [];
  const found = `whether ${names.join(', ')} could tell anybody is not known: no daemon runs`;
  return [{ level: 'note', found, remedy: 'holdfast daemon start, then: holdfast notify check' }];
}

/** None where the settings cannot be read: of that another check tells. */
function namesIn({ paths, env }: Scene): readonly string[] {
  try {
    return Object.keys(readSettings(paths.configFile, env).notify.to);
  } catch {
    return [];
  }
}
