import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { holdfast } from './rig.ts';

const MINUTE = 60_000;
const layers = {
  file: {
    directories: { confirm: false },
    resume: { capMinutes: 41, stableMinutes: 11, baseMinutes: 11, budgetMinutes: 901, maxAttempts: 31 },
    silence: { stalledMinutes: 11 },
  },
  project: {
    resume: { baseMinutes: 12, stableMinutes: 12, budgetMinutes: 92, maxAttempts: 22 },
    silence: { stalledMinutes: 12 },
  },
  environment: {
    HOLDFAST_RESUME_BASE_MINUTES: '13',
    HOLDFAST_RESUME_BUDGET_MINUTES: '93',
    HOLDFAST_RESUME_MAX_ATTEMPTS: '23',
  },
  flags: ['--budget', '94m', '--max-attempts', '24'],
} as const;

const hf = holdfast({ settings: layers.file, env: layers.environment, ends: afterAll });
const repository = hf.inside('work', 'repository');
const spec = z.object({ policy: z.record(z.string(), z.unknown()) });

/** The rules of a task that is started in the repository: what really counts. */
async function policyOf(name: string, ...flags: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { directory } = await hf.start(name, ['@say hi'], '--cwd', repository, ...flags);
  return spec.parse(JSON.parse(readFileSync(join(directory, 'spec.json'), 'utf8'))).policy;
}

beforeAll(async () => {
  mkdirSync(join(repository, '.git'), { recursive: true });
  writeFileSync(join(repository, '.holdfast.json'), JSON.stringify(layers.project));
  await hf.cli('list');
});

describe('of two words on one setting', () => {
  let listed = '';
  let plain: Readonly<Record<string, unknown>> = {};
  let flagged: Readonly<Record<string, unknown>> = {};
  beforeAll(async () => {
    const list = await hf.begin({ cwd: repository }, 'config', 'list', '--origin');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    listed = list.stdout;
    plain = await policyOf('plain');
    flagged = await policyOf('flagged', ...layers.flags);
  });
  const told = (key: string) => new RegExp(`^${key.replace('.', '\\.')} +(\\S+) +(\\S+)`, 'm').exec(listed)?.slice(1);

  test.each<[string, string, string, number, string, number]>([
    ['nobody says anything: the default', 'resume.fastDeaths', 'fastDeaths', 4, 'default', 1],
    ['the file counts over the default', 'resume.capMinutes', 'capMs', 41, 'file', MINUTE],
    ['the project counts over the file', 'silence.stalledMinutes', 'stalledAfterMs', 12, 'project', MINUTE],
    [
      'the project counts over the file, whatever the direction',
      'resume.stableMinutes',
      'stableAfterMs',
      12,
      'project',
      MINUTE,
    ],
    [
      'the environment counts over the project',
      'resume.baseMinutes',
      'baseMs',
      13,
      'HOLDFAST_RESUME_BASE_MINUTES',
      MINUTE,
    ],
    ['but a project may ask for less than the environment', 'resume.maxAttempts', 'maxAttempts', 22, 'project', 1],
    ['as it may of the budget', 'resume.budgetMinutes', 'budgetMs', 92, 'project', MINUTE],
  ])('%s (%s)', (_, key, field, value, origin, unit) => {
    expect(told(key)).toEqual([String(value), origin]);
    expect(plain[field]).toBe(value * unit);
  });

  test.each([
    ['maxAttempts', 24],
    ['budgetMs', 94 * MINUTE],
  ])('a flag counts over the environment, the project and the file: %s', (field, value) => {
    expect(flagged[field]).toBe(value);
  });
});

test('without a project the environment is next', async () => {
  const list = await hf.cli('config', 'list', '--origin');
  expect(list.stdout).toMatch(/^resume\.maxAttempts +23 +HOLDFAST_RESUME_MAX_ATTEMPTS/m);
  const { directory } = await hf.start('elsewhere', ['@say hi']);
  expect(JSON.parse(readFileSync(join(directory, 'spec.json'), 'utf8'))).toMatchObject({ policy: { maxAttempts: 23 } });
});
