import { expect, test } from 'vitest';
import { readServiceFile } from '../../src/doctor/service-file.ts';
import { launchdPlist } from '../../src/install/launchd.ts';
import { systemdUnit } from '../../src/install/systemd.ts';
import { oddFacts, plainFacts } from '../install/facts.ts';

test.each([
  ['a unit', systemdUnit],
  ['a property list', launchdPlist],
])('what is written to %s is read back, whatever is in the paths', (_, textOf) => {
  for (const facts of [plainFacts, oddFacts])
    expect(readServiceFile(textOf(facts))).toEqual({ node: facts.node, path: facts.path.join(':') });
});

test('of a file that is not ours nothing is read', () => {
  expect(readServiceFile('[Service]\nExecStart=/bin/true\n')).toEqual({ node: undefined, path: undefined });
});
