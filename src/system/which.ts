import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';

/** The file that this name, or absolute path, runs with this `PATH`, or nothing. A relative directory in it is passed over: it would run whatever lies in a work tree. */
export async function which(name: string, path: string): Promise<string | undefined> {
  const directories = isAbsolute(name) ? [dirname(name)] : path.split(':').filter(isAbsolute);
  for (const directory of directories) {
    const candidate = join(directory, basename(name));
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false; // not there, or not for us: the next directory may have it
  }
}

/** Which of these programs are not on a PATH. */
export async function missingOn(path: string, names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(names.map((name) => which(name, path)));
  return names.filter((_, at) => found[at] === undefined);
}
