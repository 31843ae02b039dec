import { type Check, type Finding, ok } from '../check.ts';

/** Could every notifier send? The daemon looks: secrets and addresses are its to resolve. */
export const notifiers: Check = ({ daemon }) => {
  const told = daemon?.notifiers ?? [];
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
