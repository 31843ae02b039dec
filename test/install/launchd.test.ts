import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { launchdPlist } from '../../src/install/launchd.ts';
import { oddFacts, plainFacts } from './facts.ts';

const READ = 'import json, plistlib, sys; json.dump(plistlib.loads(sys.stdin.buffer.read()), sys.stdout)';
const python = spawnSync('python3', ['-c', 'import plistlib']).status === 0;
if (!python) console.error('!!! SKIPPED: no python3 here, so no launchd file is read by a strict parser !!!');

const read = (text: string): unknown => {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', READ], { input: text, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
};

describe.runIf(python)('the launchd agent, read by a strict parser,', () => {
  test.each([
    ['plain', plainFacts],
    ['odd', oddFacts],
  ])('holds %s paths as they are', (_, facts) => {
    expect(read(launchdPlist(facts))).toEqual({
      Label: 'dev.holdfast.daemon',
      ProgramArguments: [facts.node, '--max-semi-space-size=4', facts.program, 'daemon', 'run'],
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 10,
      ExitTimeOut: 30,
      AbandonProcessGroup: true,
      LimitLoadToSessionType: ['Aqua', 'Background'],
      SoftResourceLimits: { NumberOfFiles: 16384 },
      WorkingDirectory: facts.home,
      EnvironmentVariables: { PATH: facts.path.join(':'), ...facts.environment },
      StandardOutPath: `${facts.home}/Library/Logs/holdfast.log`,
      StandardErrorPath: `${facts.home}/Library/Logs/holdfast.log`,
    });
  });

  test('can fail', () => {
    expect(() => read(launchdPlist(plainFacts).replace('</dict>', ''))).toThrow();
  });
});

test('the launchd agent leaves nothing to be expanded: launchd knows neither ~ nor variables', () => {
  expect(launchdPlist(plainFacts)).not.toMatch(/[~$]/);
});
