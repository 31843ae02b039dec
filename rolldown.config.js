import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';
import { later } from './build/later.js';
import { thirdParty } from './build/third-party.js';

const licences = thirdParty('dist/third-party-licenses.txt');

export default defineConfig([
  /** One file each, small: every module costs 0.3 ms at each start, and every 30 kB another millisecond (Node 20, 2026-11). */
  ...['ask', 'complete', 'tell'].map((name) => {
    const file = `dist/quick/${name}.cjs`;
    return {
      input: `src/cli/quick/${name}.ts`,
      platform: 'node',
      plugins: name === 'tell' ? [licences] : [licences, later(file)],
      output: { file, format: 'cjs', minify: true, codeSplitting: false },
    };
  }),
  /** Over what tsc made of it: 20 packages in one file (docs/adr/0006-conf-in-the-package.md). */
  {
    input: 'src/system/conf.ts',
    platform: 'node',
    plugins: [licences],
    output: { file: 'dist/system/conf.js', format: 'esm', minify: true, codeSplitting: false },
  },
  /** Over what tsc made of it, too: yargs loads 17 modules, and one that measures text for its help, which is not shown: help is ours. */
  {
    input: 'src/cli/yargs.ts',
    platform: 'node',
    plugins: [licences],
    resolve: { alias: { 'string-width': fileURLToPath(new URL('build/no-width.js', import.meta.url)) } },
    output: { file: 'dist/cli/yargs.js', format: 'esm', minify: true, codeSplitting: false },
  },
  /** Half of a start is the search for modules (docs/adr/0009-the-daemon-is-one-file.md). Not minified, so that its stacks can be read. */
  {
    input: 'src/daemon/main.ts',
    platform: 'node',
    plugins: [licences, later('dist/daemon/main.js')],
    output: { file: 'dist/daemon/main.js', format: 'esm', codeSplitting: false },
  },
]);
