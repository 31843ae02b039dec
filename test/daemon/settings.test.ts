import { describe, expect, test } from 'vitest';
import { policyFrom, settingsSchema } from '../../src/daemon/settings.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';

describe('the policy of a new task', () => {
  test('is the default where the settings say nothing', () => {
    expect(policyFrom(settingsSchema.parse({}))).toEqual(defaultPolicy);
  });

  test.each([
    ['as long as others may be silent', {}, {}, defaultPolicy.hangAfterMs],
    ['longer, where its agent waits in silence', {}, { hangsAfterMs: 65 * 60_000 }, 65 * 60_000],
    [
      'as long as the operator says, whatever its agent does',
      { hungMinutes: 1 },
      { hangsAfterMs: 65 * 60_000 },
      60_000,
    ],
  ])('lets an attempt be silent %s', (_, silence, agent, hangAfterMs) => {
    expect(policyFrom(settingsSchema.parse({ silence }), agent)).toEqual({ ...defaultPolicy, hangAfterMs });
  });

  test.each([
    ['baseMinutes', 0.5, 'baseMs', 30_000],
    ['capMinutes', 5, 'capMs', 300_000],
    ['jitter', 0, 'jitter', 0],
    ['maxAttempts', 3, 'maxAttempts', 3],
    ['stableMinutes', 1, 'stableAfterMs', 60_000],
    ['budgetMinutes', 60, 'budgetMs', 3_600_000],
    ['strictBudget', true, 'strictBudget', true],
    ['rateWaitMaxMinutes', 10, 'rateWaitMaxMs', 600_000],
    ['fastDeaths', 2, 'fastDeaths', 2],
    ['fastDeathSeconds', 0.1, 'fastDeathMs', 100],
  ])('follows resume.%s: %s', (setting, value, field, expected) => {
    const policy = policyFrom(settingsSchema.parse({ resume: { [setting]: value } }));
    expect(policy).toEqual({ ...defaultPolicy, [field]: expected });
  });

  test.each([
    ['baseMinutes', -1],
    ['jitter', 0.6],
    ['maxAttempts', 0],
    ['maxAttempts', 1.5],
    ['budgetMinutes', Number.NaN],
    ['budgetMinutes', Number.POSITIVE_INFINITY],
    ['budgetMinutes', '5h'],
    ['forever', true],
  ])('cannot be had from resume.%s: %s', (setting, value) => {
    expect(settingsSchema.safeParse({ resume: { [setting]: value } }).success).toBe(false);
  });
});

test('every setting explains itself', () => {
  const silent = Object.entries(settingsSchema.shape).flatMap(([name, schema]) => {
    const inner = 'innerType' in schema.def ? schema.def.innerType : schema;
    return 'shape' in inner || schema.description ? [] : [name];
  });
  expect(silent).toEqual([]);
});
