import { chmod, lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Check, type Finding, ok } from '../check.ts';

/** Are the directories and files that hold prompts, settings and keys ours alone? */
export const privacy: Check = async ({ paths, daemon }) => {
  const places = [
    ...[paths.stateDir, paths.socketDir].map((path) => ({ path, mode: 0o700 })),
    ...[paths.configFile, join(dirname(paths.configFile), 'env')].map((path) => ({ path, mode: 0o600 })),
  ];
  const unique = places.filter(({ path }, at) => places.findIndex((each) => each.path === path) === at);
  const findings = (await Promise.all(unique.map(look))).flat();
  if (findings.length > 0) return findings;
  return [
    ok(daemon ? 'state, settings and socket are ours alone' : 'what there is of state and settings is ours alone'),
  ];
};

async function look({ path, mode }: { readonly path: string; readonly mode: number }): Promise<readonly Finding[]> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return [];
  const me = process.getuid?.();
  if (stats.uid !== me) {
    const remedy = `give it to yourself: sudo chown ${me} ${path}`;
    return [{ level: 'problem', found: `${path} belongs to uid ${stats.uid}`, remedy }];
  }
  // settings hold no secrets, so who can read them is nobody's business; who can write them decides what agents may do
  const wrong = stats.isSymbolicLink() ? 0 : stats.mode & (path.endsWith('config.json') ? 0o022 : 0o077);
  if (wrong === 0) return [];
  return [
    {
      level: 'problem',
      found: `${path} is open to other users (mode ${(stats.mode & 0o777).toString(8)})`,
      remedy: `chmod ${mode.toString(8)} ${path}`,
      fix: async () => {
        await chmod(path, mode);
        return `closed ${path}`;
      },
    },
  ];
}
