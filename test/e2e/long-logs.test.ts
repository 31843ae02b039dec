import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileOf, holdfast } from './rig.ts';

const GIB = 1024 ** 3;

describe('when an agent has said', () => {
  test('3 GiB, the last of it is shown at once', async () => {
    const hf = holdfast();
    const events = fileOf(await hf.start('long', ['Say it.']), 1, 'events.jsonl');
    await hf.end('long');
    truncateSync(events, 3 * GIB);
    appendFileSync(events, '\n{"one":1}\n{"two":2}\n');
    expect(await hf.cli('logs', 'long', '--raw', '-n', '2')).toEqual({
      code: 0,
      stdout: '{"one":1}\n{"two":2}\n',
      stderr: '',
    });
  });

  test('more than fits into one answer, all of it comes, followed or not', async () => {
    const hf = holdfast();
    const events = fileOf(await hf.start('much', ['Say it.']), 1, 'events.jsonl');
    await hf.end('much');
    const line = `{"more":"${'x'.repeat(2000)}"}\n`;
    appendFileSync(events, line.repeat(9000));
    const all = readFileSync(events, 'utf8');
    for (const flags of [[], ['-f']]) {
      const { code, stdout } = await hf.cli('logs', 'much', '--raw', '-n', '100000', ...flags);
      expect([code, stdout === all]).toEqual([0, true]);
    }
  });
});
