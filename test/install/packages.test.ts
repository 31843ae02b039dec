import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const packages = z
  .object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) })
  .parse(JSON.parse(read('package-lock.json'))).packages;
const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);

describe('the packages that somebody installs with us', () => {
  test('are 60 at most: whoever wants one more bundles it or makes it worth another', () => {
    expect(installed.length).toBeGreaterThan(8);
    expect(installed.length).toBeLessThanOrEqual(60);
  });

  test('are as many as docs/releasing.md says', () => {
    expect(/^(\d+) packages, none of which/m.exec(read('docs/releasing.md'))?.[1]).toBe(String(installed.length));
  });
});
