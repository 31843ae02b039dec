import { type Check, type Finding, ok } from '../check.ts';

/** Could every notifier send? The daemon looks: secrets and addresses are its to resolve. */
export const notifiers: Check = ({ daemon }) =>
  (daemon?.notifiers ?? []).map(
    ({ name, ok: well, what }): Finding =>
      well
        ? ok(`${name}: ${what}`)
        : {
            level: 'warning',
            found: `nobody is told by ${name}: ${what}`,
            remedy: `mend notify.to.${name} in the settings, or give the daemon what it names and restart it; then: holdfast notify test ${name}`,
          },
  );
