import { describe, expect, test } from 'vitest';
import { launchdPlist } from '../../src/install/launchd.ts';
import { systemdUnit } from '../../src/install/systemd.ts';
import { plainFacts } from '../install/facts.ts';
import { textOf } from './blocks.ts';

/** The first cells of the table under a heading: what is explained there. */
const explained = (heading: string): string => {
  const section = textOf('docs/service.md').split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .map((line) => /^\| (.*?) \|/.exec(line)?.[1] ?? '')
    .join('\n');
};
const unique = (names: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(names.filter((name) => name !== undefined)),
];

const keysOfUnit = unique(
  [...systemdUnit({ ...plainFacts, systemdVersion: 254 }).matchAll(/^(\w+)=/gm)].map(([, key]) => key),
);
const keysOfPlist = unique(
  [...launchdPlist({ ...plainFacts, environment: {} }).matchAll(/<key>(\w+)<\/key>/g)].map(([, key]) => key),
).filter((key) => key !== 'PATH'); // a variable in EnvironmentVariables, no key of launchd's

describe('docs/service.md has a reason for every line', () => {
  test('of which there are some', () => {
    expect([keysOfUnit.length, keysOfPlist.length].every((count) => count > 10)).toBe(true);
  });

  test.each(keysOfUnit)('of the unit: %s', (key) => {
    expect(explained('The unit, line by line')).toMatch(new RegExp(`\\b${key}\\b`));
  });

  test.each(keysOfPlist)('of the launchd agent: %s', (key) => {
    expect(explained('The launchd agent, key by key')).toMatch(new RegExp(`\\b${key}\\b`));
  });
});
