import { expect, test } from 'vitest';
import { makeOutput } from '../../src/cli/output.ts';
import { report } from '../../src/cli/selftest/report.ts';

function page(json: boolean) {
  let text = '';
  const stdout = {
    write: (more: string) => {
      text += more;
    },
  };
  const opened = report(makeOutput({ stdout, stderr: stdout, env: {}, json, color: 'never' }), () => 0);
  opened.begin('here');
  opened.row('agent killed', {
    verdict: 'crash, resumed',
    evidence: 'signal 9',
    knownMs: 7.4,
    resumedMs: 140,
    wrong: [],
  });
  opened.row('exit 1', { verdict: '3 attempts', evidence: 'exit 1', wrong: ['it took 3 attempts'] });
  return { wrong: opened.end(), text };
}

test('a wrong verdict is counted, marked and told in place of its evidence', () => {
  const { wrong, text } = page(false);
  expect(wrong).toBe(1);
  expect(text).toMatch(/✓ agent killed +crash, resumed +7 ms +140 ms {2}signal 9\n/);
  expect(text).toMatch(/✗ exit 1 +3 attempts +- +- {2}it took 3 attempts\n/);
  expect(text).toContain('2 faults, 1 wrong verdicts');
});

test('--json is one document with every row', () => {
  const { text } = page(true);
  expect(text.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(text)).toMatchObject({ schema: 1, wrong: 1, rows: [{ right: true }, { right: false }] });
});
