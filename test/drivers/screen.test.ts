import { expect, test } from 'vitest';
import { bounded } from '../../src/drivers/screen.ts';

test.each([
  ['that is small, as it is', 'one\ntwo\n', 20, 'one\ntwo\n'],
  ['that is large, in whole lines of its end', 'one\ntwo\nthree\n', 9, 'three\n'],
  ['in whole characters', 'éé\néé\n', 6, 'éé\n'],
])('a screen is kept %s', (_, screen, most, kept) => {
  expect(bounded(screen, most)).toBe(kept);
});
