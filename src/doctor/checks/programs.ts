import { realpath } from 'node:fs/promises';
import { needed } from '../../install/gather.ts';
import { which } from '../../system/which.ts';
import { type Check, type Finding, ok } from '../check.ts';

/** Does the daemon find the same programs as this shell? Of two of one name it may have the older one. */
export const programs: Check = async ({ env, path }) => {
  if (path.of === 'shell') return [];
  const pairs = await Promise.all(
    needed.map(async (name) => ({
      name,
      here: await which(name, env.PATH ?? ''),
      there: await which(name, path.value),
    })),
  );
  const findings: Finding[] = [];
  for (const { name, here, there } of pairs) {
    if (here === undefined || there === undefined) continue; // what is missing somewhere is told by who needs it
    if ((await realpath(here)) === (await realpath(there))) continue;
    findings.push({
      level: 'warning',
      found: `${name} is ${there} for the ${path.of}, and ${here} in this shell`,
      remedy:
        'where this shell is right: "holdfast service install", or without a service "holdfast daemon restart" from here',
    });
  }
  return findings.length > 0 ? findings : [ok(`the ${path.of} finds the programs that this shell finds`)];
};
