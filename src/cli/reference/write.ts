// Run by the build: writes the man page and the table of the commands; with `--docs` the reference pages too, which are kept in the repository.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pages } from './pages.ts';

const root = new URL('../../../', import.meta.url);
const at = (path: string): string => fileURLToPath(new URL(path, root));

const manifest: unknown = JSON.parse(readFileSync(at('package.json'), 'utf8'));
const version =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
const { table, man, docs } = await pages(version);
writeFileSync(at('dist/commands.json'), JSON.stringify(table));
mkdirSync(at('man'), { recursive: true });
writeFileSync(at('man/holdfast.1'), man);
if (process.argv.includes('--docs')) for (const [path, text] of Object.entries(docs)) writeFileSync(at(path), text);
