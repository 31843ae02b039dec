import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { until } from '../e2e/until.ts';

/** That of this tree; an installed one where a test of the package says which. */
export const PROGRAM = process.env.HOLDFAST_PROGRAM ?? fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));
const UNIT = 'holdfast.service';

/** The home of the user whose `systemd --user` runs beside the tests. */
export const home = process.env.HOME ?? '';
/** A path in it. */
export const inside = (...names: string[]): string => join(home, ...names);

/** Where a version manager keeps programs: on the PATH of a shell, on that of no service. */
export const versionManager = inside('.nvm', 'versions', 'node', 'v22.0.0', 'bin');

/** What a shell of this user has. */
export const env = {
  HOME: home,
  PATH: process.env.PATH ?? '',
  LANG: 'C.UTF-8',
  XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '',
  TMUX_TMPDIR: process.env.TMUX_TMPDIR ?? '',
};

/** Runs holdfast as a person does in a shell of theirs. */
export function cli(words: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
    cwd: home,
    env: { ...env, ...more },
    encoding: 'utf8',
    input: '',
  });
  return { code: status, stdout, stderr };
}

/** Runs holdfast and expects that it goes well. */
export function ok(words: readonly string[], more: Readonly<Record<string, string>> = {}): string {
  const done = cli(words, more);
  expect(done, words.join(' ')).toMatchObject({ code: 0 });
  return `${done.stdout}${done.stderr}`;
}

/** Runs `systemctl --user`; answers with what it printed, whatever it ended with. */
export const systemctl = (...words: string[]): string =>
  spawnSync('systemctl', ['--user', ...words], { env, encoding: 'utf8' }).stdout.trim();

/** One property of our unit. */
export const property = (name: string): string => systemctl('show', `--property=${name}`, '--value', UNIT);

/** The daemon's process, once systemd takes the service for started. */
export const daemonPid = (): Promise<number> =>
  until(() => property('ActiveState') === 'active' && Number(property('MainPID')));

/** What a process is known by for good: a pid alone may be used again. */
export const identity = (pid: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return `${pid}@${stat.slice(stat.lastIndexOf(')')).split(' ')[20]}`;
};

/** The control group of a process, as systemd sees it. */
export const groupOf = (pid: number): string =>
  /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? '';

/** The process of our tmux server. */
export const tmuxPid = (): number =>
  Number(execFileSync('tmux', ['-L', 'holdfast', 'display-message', '-p', '#{pid}'], { env, encoding: 'utf8' }));

/** What `holdfast doctor` finds. */
export const findings = (
  path = process.env.PATH ?? '',
  more: Readonly<Record<string, string>> = {},
): readonly { check: string; level: string; found: string }[] =>
  JSON.parse(cli(['doctor', '--json'], { ...more, PATH: path }).stdout).findings;

/** Ends the tmux server, and all that is in it. */
export const endTmux = (): void => {
  spawnSync('tmux', ['-L', 'holdfast', 'kill-server'], { env });
};

/** Writes a file in the home directory, with all that leads there. */
export function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** Starts a task of the demo agent that waits for a file; gives its agent's process once it is at work. */
export async function waitingTask(name: string): Promise<number> {
  const work = inside('work', name);
  mkdirSync(work, { recursive: true });
  const { task } = JSON.parse(
    cli(['start', 'demo', name, '--cwd', work, '--prompt', '@touch ready\n@wait go', '--json']).stdout,
  );
  await until(() => existsSync(join(work, 'ready')));
  const record = readFileSync(join(task.directory, 'attempts', '1', 'agent.json'), 'utf8');
  return Number(/"pid":(\d+)/.exec(record)?.[1]);
}
