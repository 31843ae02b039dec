import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { connect } from '../protocol/client.ts';
import { inheritable } from '../protocol/environment.ts';
import type { Paths } from '../protocol/paths.ts';
import { hasService, serviceFile } from '../protocol/service.ts';
import { readJson } from '../system/files.ts';
import type { Finding, Level, Running, Scene } from './check.ts';
import { checks } from './checks/index.ts';
import { running } from './running.ts';
import { readServiceFile, type Said } from './service-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A finding with the check that made it, and what was done about it. */
export interface Examined {
  readonly check: string;
  readonly level: Level;
  readonly found: string;
  readonly remedy?: string;
  readonly fixed?: string;
}

const BOUND_MS = 20_000;

/** Looks at everything, with a daemon or without. With `mend` it does what can be done without a question. */
export async function examine(paths: Paths, env: Environment, mend: boolean): Promise<readonly Examined[]> {
  const scene = await sceneOf(paths, env);
  const all = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const findings = await Promise.resolve(check(scene)).catch((error: unknown): readonly Finding[] => [
        { level: 'problem', found: `could not be looked at: ${String(error)}`, remedy: 'tell us of it' },
      ]);
      return await Promise.all(findings.map((finding) => told(name, finding, mend)));
    }),
  );
  return all.flat();
}

async function told(check: string, finding: Finding, mend: boolean): Promise<Examined> {
  if (finding.level === 'ok') return { check, ...finding };
  const { level, found, remedy, fix } = finding;
  if (!mend || fix === undefined) return { check, level, found, remedy };
  try {
    return { check, level: 'ok', found, fixed: await fix() };
  } catch (error) {
    return {
      check,
      level,
      found,
      remedy: `${remedy} (tried: ${error instanceof Error ? error.message : String(error)})`,
    };
  }
}

async function sceneOf(paths: Paths, env: Environment): Promise<Scene> {
  const daemon = await running(() => connect(paths.socket));
  const service = await serviceOf(paths, env);
  const path = await pathOf(env, daemon, service);
  const environment = { ...inheritable(env), PATH: path.value };
  return {
    paths,
    env,
    platform: process.platform,
    nodeVersion: process.version,
    version: await ownVersion(),
    now: Date.now(),
    path,
    ...(daemon ? { daemon } : {}),
    ...(service ? { service } : {}),
    run: async (bin, words) => {
      const done = await execa(bin, words, {
        env: environment,
        extendEnv: false,
        timeout: BOUND_MS,
        killSignal: 'SIGKILL',
        reject: false,
        stdin: 'ignore',
        cwd: '/',
      });
      const { exitCode, stdout = '', stderr = '' } = done;
      return { stdout, stderr, ...(exitCode === undefined ? {} : { exitCode }) };
    },
  };
}

async function ownVersion(): Promise<string> {
  const manifest = await readJson(fileURLToPath(new URL('../../package.json', import.meta.url)));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}

async function serviceOf(paths: Paths, env: Environment): Promise<Said | undefined> {
  if (!(await hasService(paths, env))) return undefined;
  return readServiceFile(await readFile(await serviceFile(env), 'utf8'));
}

async function pathOf(env: Environment, daemon?: Running, service?: Said): Promise<Scene['path']> {
  const living = daemon && (await readFile(`/proc/${daemon.pid}/environ`, 'utf8').catch(() => undefined));
  const own = living
    ?.split('\0')
    .find((each) => each.startsWith('PATH='))
    ?.slice(5);
  if (own !== undefined) return { value: own, of: 'daemon' };
  if (service?.path !== undefined) return { value: service.path, of: 'service' };
  return { value: env.PATH ?? '', of: 'shell' };
}
