import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '../../system/files.ts';
import { startOf } from '../../system/processes.ts';
import { type Check, type Finding, ok, type Scene } from '../check.ts';

/** Does a daemon run, and has it anything to complain of? */
export const daemon: Check = async (scene) => {
  if (scene.daemon === undefined) return [ok('no daemon runs; the next command starts one'), ...(await stale(scene))];
  const { pid, problems } = scene.daemon;
  const told = problems.map((found): Finding => {
    return { level: 'problem', found, remedy: 'look at it: holdfast daemon status, holdfast explain TASK' };
  });
  return [ok(`the daemon runs (pid ${pid})`), ...told];
};

/** A lock whose holder is dead is no hindrance; one that lives without an answer is. */
async function stale({ paths }: Scene): Promise<readonly Finding[]> {
  const names = await readdir(paths.stateDir).catch(() => []);
  const locks = names
    .filter((name) => /^lock\.\d+$/.test(name))
    .sort((a, b) => Number(b.slice(5)) - Number(a.slice(5)));
  const [newest] = locks;
  if (newest === undefined) return [];
  const holder = await readJson(join(paths.stateDir, newest));
  const { pid, start } =
    typeof holder === 'object' && holder !== null ? { pid: 0, start: '', ...holder } : { pid: 0, start: '' };
  if (startOf(Number(pid)) !== start || start === '') return [];
  return [
    {
      level: 'problem',
      found: `a daemon (pid ${pid}) holds the state and does not answer`,
      remedy: `end it, agents go on: kill -9 ${pid}; then holdfast daemon start`,
    },
  ];
}
