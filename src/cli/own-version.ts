import { readFileSync } from 'node:fs';

/** The version of this program. `src/` and `dist/` are equally deep. */
export function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('package.json of holdfast has no version');
}
