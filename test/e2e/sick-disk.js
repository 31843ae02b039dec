// Loaded before a daemon: while the file $HOLDFAST_TEST_SICK holds the code of an error, nothing below the state directory
// can be opened for writing or bound there, as on a disk that is full, fails or was mounted read-only.
import { existsSync, promises, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { HOLDFAST_TEST_SICK: sign = '', HOME = '/' } = process.env;
const WRITES = 0o3; // O_WRONLY | O_RDWR

const healthy = { ...promises };
const refuse = (call, path) => {
  if (!existsSync(sign) || !String(path).startsWith(`${HOME}/.local/state`)) return;
  const code = readFileSync(sign, 'utf8');
  throw Object.assign(new Error(`${code}: the test wants it so, ${call} '${path}'`), { code, syscall: call, path });
};
promises.open = async (path, flags = 'r', ...more) => {
  if (typeof flags === 'number' ? flags & WRITES : flags !== 'r') refuse('open', path);
  return await healthy.open(path, flags, ...more);
};
for (const call of ['writeFile', 'link']) {
  promises[call] = async (path, ...more) => {
    refuse(call, path);
    return await healthy[call](path, ...more);
  };
}
syncBuiltinESMExports();
