import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const files = ['bench', 'docs/record'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => `${folder}/${name}`),
);

// They are JavaScript and import what is built, so the compiler does not see when a module has moved.
test.each(files)('what %s imports of the program is in the source', (file) => {
  const text = readFileSync(new URL(file, root), 'utf8');
  for (const [, path] of text.matchAll(/'(?:\.\.\/)+dist\/([\w/-]+)\.js'/g))
    expect(existsSync(new URL(`src/${path}.ts`, root)), path).toBe(true);
});
