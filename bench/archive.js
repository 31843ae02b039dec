import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

const HALF_AN_HOUR = 1_800_000;

/**
 * Copies of one finished task as a daemon left it on disk, one for each half hour of the past. No daemon may run. What comes back removes them.
 * @param {string} directory of the task @param {number} count
 */
export function copyFinished(directory, count) {
  const read = (name) => readFileSync(join(directory, name), 'utf8');
  const [spec, journal] = [JSON.parse(read('spec.json')), read('journal.ndjson').trim().split('\n')];
  const beside = ['env.json', 'prompt.md', 'result.md'].map((name) => [name, read(name)]);
  const dirs = [];
  for (let n = 0; n < count; n++) {
    const id = `old-${n}-${n.toString(36).padStart(6, '0')}`;
    const chosenId = `${spec.chosenId.slice(0, -8)}${n.toString(16).padStart(8, '0')}`;
    const dir = join(dirname(directory), id);
    const older = (text) =>
      text
        .replaceAll(spec.chosenId, chosenId)
        .replace(/\b1[0-9]{12}\b/g, (at) => String(Number(at) - (n + 2) * HALF_AN_HOUR)); // every time in it
    dirs.push(dir);
    mkdirSync(join(dir, 'attempts'), { recursive: true, mode: 0o700 });
    const write = (name, text) => writeFileSync(join(dir, name), text, { mode: 0o600 });
    for (const [name, text] of beside) write(name, text);
    write('spec.json', older(JSON.stringify({ ...spec, id, name: `old-${n}` })));
    write('journal.ndjson', journal.map((line) => checksummed(older(line.slice(9)))).join('')); // a checksum stands before it
  }
  return () => {
    for (const dir of dirs) rmSync(dir, { recursive: true });
  };
}

/** @param {string} text */
const checksummed = (text) => `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
