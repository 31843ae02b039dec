import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { killed } from './processes.ts';
import { holdfast } from './rig.ts';

interface Found {
  readonly check: string;
  readonly level: string;
  readonly found: string;
  readonly remedy?: string;
  readonly fixed?: string;
}

const examined = async (hf: ReturnType<typeof holdfast>, ...flags: string[]) => {
  const { code, stdout } = await hf.cli('doctor', '--json', ...flags);
  const { healthy, findings }: { healthy: boolean; findings: readonly Found[] } = JSON.parse(stdout);
  expect(code).toBe(healthy ? 0 : 1);
  return findings;
};

test('the doctor examines a daemon at work, and one that was killed, and starts none', async () => {
  const hf = holdfast({ settings: { notify: { to: { broken: { type: 'command', argv: ['/nowhere/tell'] } } } } });
  await hf.cli('list');
  const alive = await examined(hf);
  expect(alive).toContainEqual({ check: 'daemon', level: 'ok', found: expect.stringMatching(/runs \(pid \d+\)/) });
  expect(alive).toContainEqual({ check: 'tmux', level: 'ok', found: 'our tmux server answers' });
  expect(alive).toContainEqual(expect.objectContaining({ check: 'notifiers', level: 'warning' }));
  await killed(await hf.daemonPid());
  const dead = await examined(hf);
  expect(dead).toContainEqual({ check: 'daemon', level: 'ok', found: expect.stringContaining('no daemon runs') });
  expect(await hf.cli('daemon', 'status')).toMatchObject({ code: 3 });
  for (const { level, remedy } of [...alive, ...dead]) expect(level === 'ok' || remedy).toBeTruthy();
});

describe('doctor --fix', () => {
  /** A home with one of everything that it can mend, and with one thing that it cannot. */
  function ailing() {
    const hf = holdfast();
    const settings = hf.inside('.config', 'holdfast', 'config.json');
    const secrets = hf.inside('.config', 'holdfast', 'env');
    const skill = hf.inside('.claude', 'skills', 'holdfast', 'SKILL.md');
    for (const file of [skill, `${hf.inside('bin')}/claude`]) mkdirSync(dirname(file), { recursive: true });
    writeFileSync(hf.inside('bin', 'claude'), '#!/bin/sh\n', { mode: 0o755 });
    mkdirSync(hf.state, { recursive: true });
    chmodSync(hf.state, 0o755);
    writeFileSync(secrets, 'KEY=1\n');
    chmodSync(secrets, 0o640);
    writeFileSync(settings, '{\n"tickSeconds": "often"\n}');
    chmodSync(settings, 0o666);
    writeFileSync(skill, 'an older skill');
    const record = `${dirname(skill)}/.written-by-holdfast`;
    writeFileSync(record, `${createHash('sha256').update('an older skill').digest('hex')}\n`);
    Object.assign(hf.env, { PATH: `${hf.inside('bin')}:${hf.env.PATH}` });
    const modes = () => [hf.state, secrets, settings].map((path) => (statSync(path).mode & 0o777).toString(8));
    return { hf, settings, record, modes };
  }
  const ofUs = (findings: readonly Found[]) =>
    findings.filter(({ check, found }) => ['privacy', 'settings'].includes(check) || /skill in \S*claude/.test(found));
  const open = (path: string) => ({ check: 'privacy', found: expect.stringMatching(`${path} is open to other users`) });

  test('mends what it can, says what it did, and leaves the rest with its remedy', async () => {
    const { hf, settings, modes } = ailing();
    const bad = { check: 'settings', level: 'problem', found: expect.stringContaining('line 2: tickSeconds') };
    const before = ofUs(await examined(hf));
    expect(before).toEqual([
      { ...bad, remedy: 'mend it: holdfast config edit' },
      {
        check: 'skill',
        level: 'warning',
        found: expect.stringContaining('of another version'),
        remedy: expect.any(String),
      },
      { ...open('holdfast'), level: 'problem', remedy: `chmod 700 ${hf.state}` },
      { ...open('config.json'), level: 'problem', remedy: `chmod 600 ${settings}` },
      { ...open('env'), level: 'problem', remedy: expect.stringMatching(/^chmod 600 .*\/env$/) },
    ]);
    expect(modes()).toEqual(['755', '640', '666']); // it only looks, unless it is asked

    expect(ofUs(await examined(hf, '--fix'))).toEqual([
      { ...bad, remedy: 'mend it: holdfast config edit' },
      { check: 'skill', level: 'ok', found: expect.any(String), fixed: expect.stringMatching(/^renewed .*claude/) },
      { ...open('holdfast'), level: 'ok', fixed: `closed ${hf.state}` },
      { ...open('config.json'), level: 'ok', fixed: `closed ${settings}` },
      { ...open('env'), level: 'ok', fixed: expect.stringMatching(/^closed .*\/env$/) },
    ]);
    expect(modes()).toEqual(['700', '600', '600']);

    writeFileSync(settings, '{}');
    const after = await examined(hf);
    expect(ofUs(after).filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(await examined(hf, '--fix')).toEqual(after); // there is nothing left to do
  });

  test('says what it has tried where that failed', async () => {
    const { hf, record } = ailing();
    mkdirSync(`${record}.tmp`); // in the way of whoever writes
    const skill = (findings: readonly Found[]) =>
      findings.find(({ check, level }) => check === 'skill' && level === 'warning');
    const { remedy = '', ...found } = skill(await examined(hf)) ?? {};
    expect(skill(await examined(hf, '--fix'))).toEqual({
      ...found,
      remedy: expect.stringMatching(
        /^holdfast skill install --agent claude \(tried: cannot write the skill in .*EISDIR/,
      ),
    });
    expect(remedy).toBe('holdfast skill install --agent claude');
    rmdirSync(`${record}.tmp`);
    expect(skill(await examined(hf, '--fix'))).toBeUndefined();
  });

  test('tells a person in one word what was mended', async () => {
    const { hf } = ailing();
    const { code, stdout } = await hf.cli('doctor', '--fix');
    expect({ code, stdout }).toEqual({
      code: 1, // the settings
      stdout: expect.stringMatching(/^fixed +privacy +\S+ is open to other users \(mode 755\)\n +→ closed \S+$/m),
    });
    expect(stdout).toMatch(/^PROBLEM +settings .*\n +→ mend it: holdfast config edit$/m);
  });
});
