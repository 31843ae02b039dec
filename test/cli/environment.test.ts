import { expect, test } from 'vitest';
import { parseEnv } from '../../src/cli/environment.ts';

const here = { TOKEN: 's3cret', EMPTY: '' };

test.each<[string[], Record<string, string>]>([
  [['A=1'], { A: '1' }],
  [['A=x=y'], { A: 'x=y' }],
  [['A='], { A: '' }],
  [['A=two\nlines'], { A: 'two\nlines' }],
  [['TOKEN', 'EMPTY'], { TOKEN: 's3cret', EMPTY: '' }],
  [['A=1', 'A=2'], { A: '2' }],
])('%j means %j', (flags, env) => {
  expect(parseEnv(flags, here)).toEqual(env);
});

test.each([
  ['ABSENT', /--env ABSENT: it is not set here/],
  ['=x', /--env "" is not the name of a variable/],
  ['1A=x', /"1A" is not the name/],
  ['A B=x', /"A B" is not the name/],
])('%s is refused', (flag, why) => {
  expect(() => parseEnv([flag], here)).toThrow(why);
});
