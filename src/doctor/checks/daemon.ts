import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../../system/files.ts';
import { startOf } from '../../system/processes.ts';
import { shellWord } from '../../system/shell-word.ts';
import { type Check, type Finding, ok, type Scene } from '../check.ts';

/** Does a daemon run, has it anything to complain of, and could one start? */
export const daemon: Check = async (scene) => {
  if (scene.daemon === undefined) return [ok('no daemon runs; the next command starts one'), ...(await lock(scene))];
  const { pid, problems, version } = scene.daemon;
  const told = problems.map((found): Finding => {
    return { level: 'problem', found, remedy: 'look at it: holdfast daemon status, holdfast explain TASK' };
  });
  return [ok(`the daemon runs (pid ${pid})`), ...(version === scene.version ? [] : [older(scene, version)]), ...told];
};

const older = ({ version: ours }: Scene, version: string): Finding => ({
  level: 'warning',
  found: `the daemon is holdfast ${version}, and this is ${ours}`,
  remedy: 'holdfast daemon restart, or "holdfast service install" where it is a service; agents go on',
});

const holder = z.object({
  pid: z.number(),
  start: z.string(),
  host: z.string().optional(),
  released: z.string().optional(),
});

/** One whose holder is dead is no hindrance; one that lives without an answer is, and one of another machine. */
async function lock({ paths }: Scene): Promise<readonly Finding[]> {
  const names = (await readdir(paths.stateDir).catch(() => [])).filter((name) => /^lock\.\d+$/.test(name));
  const [newest] = names.sort((a, b) => Number(b.slice(5)) - Number(a.slice(5)));
  if (newest === undefined) return [];
  const file = join(paths.stateDir, newest);
  const read = holder.safeParse(await readJson(file));
  if (!read.success || read.data.released !== undefined) return [];
  const { pid, start, host } = read.data;
  if (host !== undefined && host !== hostname()) {
    const found = `no daemon can start: one on host ${host} (pid ${pid}) holds ${file}`;
    const remedy = `share no state between machines; if that one is gone, or is this one by an earlier name: cp /dev/null ${shellWord(file)}`;
    return [{ level: 'problem', found, remedy }];
  }
  if (start === '' || startOf(pid) !== start)
    return [ok(`the lock of a daemon that died (pid ${pid}) hinders nobody: ${file}`)];
  return [
    {
      level: 'problem',
      found: `a daemon (pid ${pid}) holds the state and does not answer`,
      remedy:
        pid === 1
          ? 'it is the first process of this container: start the container again' // no signal from inside reaches it
          : `end it, agents go on: kill -9 ${pid}; then holdfast daemon start`,
    },
  ];
}
