import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { getSetting, listSettings, type Place, schema, setSetting } from '../../src/config/operations.ts';
import { settingsSchema } from '../../src/daemon/settings.ts';
import { settingKeys, withValue } from '../../src/daemon/settings-keys.ts';

let place: Place;
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'hf-config-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'repo', '.git'), { recursive: true });
  mkdirSync(join(root, 'repo', 'src'));
  place = { file: join(root, 'config', 'config.json'), env: {}, cwd: join(root, 'repo', 'src') };
});

const inFile = (): unknown => JSON.parse(readFileSync(place.file, 'utf8'));
const project = (text: string) => writeFileSync(join(place.cwd, '..', '.holdfast.json'), text);
const origins = async (...keys: string[]) =>
  (await listSettings(place))
    .filter(({ key }) => keys.includes(key))
    .map(({ key, value, origin }) => [key, value, origin]);

describe('a setting', () => {
  test.each<[string, string, unknown]>([
    ['tickSeconds', '7.5', 7.5],
    ['resume.strictBudget', 'on', true],
    ['tmux.socket', 'mine', 'mine'],
    ['environment.pass', 'GH_TOKEN, FOO', ['GH_TOKEN', 'FOO']],
    ['directories.allowed', '["/a,b"]', ['/a,b']],
  ])('%s is set by "%s"', async (key, word, value) => {
    expect(setSetting(place, key, word)).toEqual(value);
    expect(await getSetting(place, key)).toMatchObject({ value, origin: 'file' });
    expect(statSync(place.file).mode & 0o777).toBe(0o600);
  });

  test.each<[string, string, RegExp]>([
    ['tickSeconds', 'often', /^tickSeconds cannot be "often": it takes a number$/],
    ['resume.maxAttempts', '0', />=1/],
    ['directories.allowed', 'src', /absolute/],
    ['resume', '3', /no setting: there are resume\.baseMinutes/],
    ['__proto__.x', '3', /no setting/],
  ])('%s cannot be "%s"', (key, word, says) => {
    expect(() => setSetting(place, key, word)).toThrow(says);
    expect(() => readFileSync(place.file)).toThrow('ENOENT');
  });

  test('that is taken out is as by default again, and all others stay', async () => {
    setSetting(place, 'tickSeconds', '9');
    setSetting(place, 'resume.maxAttempts', '9');
    setSetting(place, 'resume.maxAttempts', undefined);
    expect(inFile()).toMatchObject({ tickSeconds: 9 });
    expect(await getSetting(place, 'resume.maxAttempts')).toMatchObject({ value: 12, origin: 'default' });
  });

  test('is not set in a file that is bad elsewhere, which is told with its line', () => {
    setSetting(place, 'tickSeconds', '9');
    const bad = '{\n  "tickSeconds": 9,\n  "tock": 1\n}';
    writeFileSync(place.file, bad);
    expect(() => setSetting(place, 'tickSeconds', '8')).toThrow(/line 3: .*"tock"/);
    expect(readFileSync(place.file, 'utf8')).toBe(bad);
  });

  test('is set in the file that a link leads to', () => {
    setSetting(place, 'tickSeconds', '9');
    const real = `${place.file}.real`;
    writeFileSync(real, '{"allowFull":true}');
    rmSync(place.file);
    symlinkSync(real, place.file);
    setSetting(place, 'tickSeconds', '8');
    expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual({ allowFull: true, tickSeconds: 8 });
  });
});

describe('of several words on one setting', () => {
  test('that of the environment counts over the file, and the file over the default', async () => {
    setSetting(place, 'resume.maxAttempts', '9');
    setSetting(place, 'maxConcurrent', '9');
    place = { ...place, env: { HOLDFAST_RESUME_MAX_ATTEMPTS: '5' } };
    expect(await origins('maxConcurrent', 'resume.maxAttempts', 'tickSeconds')).toEqual([
      ['maxConcurrent', 9, 'file'],
      ['tickSeconds', 5, 'default'],
      ['resume.maxAttempts', 5, 'environment'],
    ]);
  });

  test('that of the environment counts over the project, which may still ask for less', async () => {
    project('{"resume": {"maxAttempts": 3, "baseMinutes": 1}, "silence": {"stalledMinutes": 99, "hungMinutes": 9}}');
    const env = {
      HOLDFAST_RESUME_MAX_ATTEMPTS: '5',
      HOLDFAST_RESUME_BASE_MINUTES: '2',
      HOLDFAST_SILENCE_STALLED_MINUTES: '7',
    };
    place = { ...place, env };
    expect(
      await origins('resume.maxAttempts', 'resume.baseMinutes', 'silence.stalledMinutes', 'silence.hungMinutes'),
    ).toEqual([
      ['resume.baseMinutes', 2, 'environment'],
      ['resume.maxAttempts', 3, 'project'],
      ['silence.stalledMinutes', 7, 'environment'],
      ['silence.hungMinutes', 9, 'project'],
    ]);
  });

  test('the project counts over the file, where it asks for less', async () => {
    project('{"resume": {"maxAttempts": 3, "budgetMinutes": 6000}, "silence": {"stalledMinutes": 99}}');
    expect(await origins('resume.maxAttempts', 'resume.budgetMinutes', 'silence.stalledMinutes')).toEqual([
      ['resume.maxAttempts', 3, 'project'],
      ['resume.budgetMinutes', 300, 'default'],
      ['silence.stalledMinutes', 99, 'project'],
    ]);
  });

  test.each([
    'HOLDFAST_ALLOW_FULL',
    'HOLDFAST_ANSWERS_MODE',
    'HOLDFAST_DIRECTORIES_CONFIRM',
    'HOLDFAST_ENVIRONMENT_PASS',
    'HOLDFAST_START_DAEMON',
  ])('that of %s does not count: consent is written down', async (variable) => {
    place = { ...place, env: { [variable]: 'true' } };
    expect((await listSettings(place)).filter(({ origin }) => origin !== 'default')).toEqual([]);
  });

  test('a bad one of the environment is told by its variable', async () => {
    place = { ...place, env: { HOLDFAST_TICK_SECONDS: '99' } };
    await expect(listSettings(place)).rejects.toThrow(/HOLDFAST_TICK_SECONDS: tickSeconds: .*60/);
  });
});

describe('a project', () => {
  test.each([
    ['{"allowFull": true}', /line 1: "allowFull" is not for a project to say; it may set resume, answers, silence/],
    ['{\n"directories": {\n"allowed": ["/"]}}', /line 3: "directories.allowed" is not/],
    ['{\n"resume": {"attempts": 1}}', /line 2: "resume.attempts" is not/],
    ['{"answers": {"allow": ["*"]}}', /"answers.allow" is not for a project/],
    ['{"answers": {"mode": "yes"}}', /answers.mode: /],
    ['{"answers": {"deny": ["rm -rf"]}}', /answers.deny.0: write TOOL/],
    ['{"resume": {"jitter": 7}}', /resume.jitter: /],
    ['{', /line 1: /],
    ['[]', /one object/],
  ])('cannot say %s', async (text, says) => {
    project(text);
    await expect(listSettings(place)).rejects.toThrow(says);
  });

  /** Whatever could let an agent do more, cost more, reach elsewhere or be told otherwise; a new setting is one of these until somebody thinks again. */
  const refused = settingKeys().filter(({ key }) => {
    const mayBeSaid = ['resume.', 'silence.'].some((group) => key.startsWith(group)) && key !== 'resume.prompt';
    return !mayBeSaid && !['answers.mode', 'answers.deny'].includes(key);
  });
  test.each(refused.map(({ key, path, byDefault }) => [key, path, byDefault ?? null] as const))(
    'cannot say anything of %s, not even what counts already',
    async (key, path, value) => {
      project(JSON.stringify(withValue({}, path, typeof value === 'object' ? 'x' : value)));
      await expect(listSettings(place)).rejects.toThrow(`line 1: "${key}" is not for a project to say`);
    },
  );

  test.each([
    ['ask', 'accept-safe', 'ask'],
    ['deny', 'ask', 'deny'],
    ['accept-safe', 'ask', 'ask'],
    ['ask', 'deny', 'deny'],
  ])('that finds "%s" and wants "%s" gets "%s": never a looser answer', async (operators, wants, gets) => {
    setSetting(place, 'answers.mode', operators);
    project(JSON.stringify({ answers: { mode: wants } }));
    expect(await getSetting(place, 'answers.mode')).toMatchObject({ value: gets });
  });

  test('can have more refused, and nothing less', async () => {
    setSetting(place, 'answers.deny', 'command(rm *)');
    project('{"answers": {"deny": ["command(git push *)"]}}');
    expect(await getSetting(place, 'answers.deny')).toMatchObject({
      value: ['command(rm *)', 'command(git push *)'],
    });
  });

  test('ends where its repository ends', async () => {
    writeFileSync(join(place.cwd, '..', '..', '.holdfast.json'), '{"resume": {"maxAttempts": 3}}');
    expect(await getSetting(place, 'resume.maxAttempts')).toMatchObject({ value: 12 });
  });
});

test('the schema for editors knows every setting, and itself', () => {
  expect(Object.keys(schema().properties ?? {})).toEqual(Object.keys(settingsSchema.shape));
});
