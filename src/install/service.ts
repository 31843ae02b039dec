import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import type { Paths } from '../protocol/paths.ts';
import { hasService, ownerOf } from '../protocol/service.ts';
import { type Ran, ask as run, UNIT } from '../protocol/service-manager.ts';
import type { ServiceFile } from './facts.ts';
import { gather } from './gather.ts';
import { type Lingers, type Manager, managerHere } from './manager.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What an installation would write, or has written. */
export interface Installation {
  readonly manager: Manager['name'];
  readonly file: ServiceFile;
  readonly changed: boolean;
  readonly warnings: readonly string[];
  /** Does the service go on after logout? Absent where that is no question. */
  readonly lingers?: Lingers;
}

/** What an installation, or the end of one, is told beside the paths. */
export interface Wish {
  /** Also what belongs to another state directory, or to nobody that we know. */
  readonly force: boolean;
}

/** What the service file would be now. Changes nothing. */
export async function planService(paths: Paths, env: Environment): Promise<Installation> {
  const manager = await managerHere(env);
  const { facts, warnings } = await gather(paths, env);
  const text = manager.textOf(facts);
  const before = await textOf(manager);
  const others = foreign(before, paths, manager);
  return {
    manager: manager.name,
    file: { path: manager.file, text },
    changed: before !== text,
    warnings: [...(others ? [others] : []), ...warnings],
  };
}

/**
 * Writes the service file, lets the manager start the daemon, and asks for it to outlive the logout. May be repeated at
 * will. `endOther` ends a daemon that somebody else has started: two cannot hold one state directory.
 */
export async function installService(
  paths: Paths,
  env: Environment,
  { force, endOther }: Wish & { readonly endOther: () => Promise<unknown> },
): Promise<Installation> {
  const manager = await managerHere(env);
  await mustAnswer(manager);
  if (!force) mustBeOurs(await textOf(manager), paths, manager);
  const plan = await planService(paths, env);
  if (plan.changed) await replace(plan.file);
  await endOther();
  for (const command of manager.enable) {
    const done = await run(command, env);
    const mayFail = command.includes('reset-failed') || command.includes('bootout') || command.includes('kickstart');
    if (done.exitCode !== 0 && !mayFail) throw await failed(command, done, manager, env);
  }
  const lingers = await linger(manager, env);
  return { ...plan, ...(lingers === undefined ? {} : { lingers }) };
}

/**
 * Ends the daemon and removes the service file. Says whether there was one; agents and their tmux server are not touched. By
 * force also where the manager does not answer: then nobody has ended anything.
 */
export async function uninstallService(
  paths: Paths,
  env: Environment,
  { force }: Wish,
): Promise<{ readonly file: string; readonly removed: boolean; readonly stopped: boolean }> {
  const manager = await managerHere(env);
  const { file } = manager;
  const text = await textOf(manager);
  if (text === undefined) return { file, removed: false, stopped: false };
  if (!force) mustBeOurs(text, paths, manager);
  const answers = (await manager.absent()) === undefined;
  if (!answers && !force) await mustAnswer(manager);
  const done = answers ? await disabled(manager, env) : [];
  await rm(file, { force: true });
  if (answers) for (const command of manager.forget) await run(command, env);
  return { file, removed: true, stopped: done.length > 0 };
}

/** Where a command fails, it was not there; where it is still there, it failed. */
async function disabled(manager: Manager, env: Environment): Promise<readonly Ran[]> {
  const done: Ran[] = [];
  for (const command of manager.disable) done.push(await run(command, env));
  if (!(await manager.isActive())) return done;
  const said = done.map(({ stderr }) => stderr.replace(/\s*\n\s*/g, ' ')).join(' ');
  throw new Refusal(EXIT.unavailable, `${manager.name} goes on running the daemon, so nothing was removed: ${said}`);
}

/** Restarts the daemon by the service manager. */
export async function restartService(paths: Paths, env: Environment): Promise<void> {
  const manager = await managerHere(env);
  if (!(await hasService(paths, env))) throw notInstalled();
  const done = await run(manager.restart, env);
  if (done.exitCode !== 0) throw await failed(manager.restart, done, manager, env);
}

/** What the service manager says of the service, and what the service file tells. */
export interface ServiceStatus extends Ran {
  readonly installed: boolean;
  readonly file: string;
  /** Does an installation from here write the same file? Absent where there is none. */
  readonly current?: boolean;
  readonly lingers?: Lingers;
}

/** How the service is. Changes nothing. */
export async function serviceStatus(paths: Paths, env: Environment): Promise<ServiceStatus> {
  const manager = await managerHere(env);
  const lingers = await manager.lingers();
  const always = { file: manager.file, ...(lingers === undefined ? {} : { lingers }) };
  if (!(await hasService(paths, env))) return { exitCode: 4, stdout: '', stderr: '', installed: false, ...always };
  const [said, { changed }] = await Promise.all([run(manager.status, env), planService(paths, env)]);
  return { ...said, installed: true, current: !changed, ...always };
}

const notInstalled = () =>
  new Refusal(EXIT.error, 'there is no service for this state directory. Install one with: holdfast service install');

const textOf = ({ file }: Manager): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);

/** Whose service a file is that is not ours: there is one name for all. */
function foreign(text: string | undefined, { stateDir }: Paths, { file }: Manager): string | undefined {
  const owner = text === undefined ? stateDir : ownerOf(text);
  if (owner === stateDir) return undefined;
  return owner === undefined
    ? `${file} was not written by us`
    : `${file} keeps the daemon of another state directory, ${owner}`;
}

function mustBeOurs(text: string | undefined, paths: Paths, manager: Manager): void {
  const others = foreign(text, paths, manager);
  if (others !== undefined) throw new Refusal(EXIT.error, `${others}: look at it, then say --force`);
}

async function mustAnswer(manager: Manager): Promise<void> {
  const why = await manager.absent();
  if (why !== undefined) throw new Refusal(EXIT.unavailable, why);
}

async function replace({ path, text }: ServiceFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.tmp`;
  await writeFile(draft, text, { mode: 0o644 });
  await rename(draft, path);
}

/** Without linger systemd ends everything of a user at the last logout, and starts nothing at boot. */
async function linger(manager: Manager, env: Environment): Promise<Lingers | undefined> {
  const before = await manager.lingers();
  if (before === undefined || before === true || manager.linger === undefined) return before;
  await run(manager.linger, env); // where it is refused, or there is no logind, the next look says so
  return await manager.lingers();
}

async function failed(
  command: readonly string[],
  { stderr }: Ran,
  manager: Manager,
  env: Environment,
): Promise<Refusal> {
  const status = manager.name === 'systemd' ? await exitStatus(env) : 0;
  const exitCode = status === EXIT.badSettings ? status : EXIT.unavailable;
  const way = status ? `; the daemon left with exit code ${status}: see why with "holdfast daemon run"` : '';
  return new Refusal(exitCode, `${command.join(' ')} failed: ${stderr.replace(/\s*\n\s*/g, ' ')}${way}`);
}

async function exitStatus(env: Environment): Promise<number> {
  const { stdout } = await run(['systemctl', '--user', 'show', '--property=ExecMainStatus', '--value', UNIT], env);
  return Number(stdout.trim());
}
