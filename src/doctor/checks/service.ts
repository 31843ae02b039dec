import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lingers, managerHere } from '../../install/manager.ts';
import { planService } from '../../install/service.ts';
import { hasService } from '../../protocol/service.ts';
import { UNIT } from '../../protocol/service-manager.ts';
import { readJson } from '../../system/files.ts';
import { type Check, type Finding, ok, type Scene } from '../check.ts';

/** Does the daemon live through logout and reboot, and do the agents live through the daemon's end? */
export const service: Check = async (scene) => {
  if (scene.platform !== 'linux' && scene.platform !== 'darwin') return [];
  const manager = await managerHere(scene.env);
  if (!(await hasService(scene.paths, scene.env))) {
    const remedy = 'holdfast service install';
    return [
      { level: 'note', found: 'the daemon is no service: it does not come back after a reboot', remedy },
      ...(await scope(scene)),
    ];
  }
  const findings: Finding[] = [ok(`${manager.name} keeps the daemon: ${manager.file}`)];
  const again = 'holdfast service install';
  const { changed } = await planService(scene.paths, scene.env);
  if (changed)
    findings.push({
      level: 'warning',
      found: 'the service file is not what would be written now: something has moved',
      remedy: again,
    });
  if (manager.name === 'systemd') findings.push(...(await systemd(scene)));
  return [...findings, ...lingering(await manager.lingers()), ...(await scope(scene))];
};

/** Of systemd alone: launchd says nothing of it. */
export function lingering(lingers: Lingers | undefined): readonly Finding[] {
  if (lingers === undefined || lingers === true) return [];
  const remedy = 'sudo loginctl enable-linger $USER';
  if (lingers === false)
    return [{ level: 'warning', found: 'at your last logout systemd ends the daemon and every agent', remedy }];
  const found = 'it could not be told whether the service outlives your last logout (loginctl show-user failed)';
  return [{ level: 'note', found, remedy }];
}

async function systemd({ run, daemon }: Scene): Promise<readonly Finding[]> {
  const { stdout } = await run('systemctl', ['--user', 'show', '--property=MainPID,Result,ExecMainStatus', UNIT]);
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
  if (daemon && value('MainPID') !== String(daemon.pid)) {
    const remedy = 'let systemd have it, agents go on: holdfast service install';
    return [{ level: 'warning', found: `the daemon (pid ${daemon.pid}) is not the one of the service`, remedy }];
  }
  if (!daemon && value('Result') !== 'success' && value('Result') !== '') {
    const found = `the service is down: ${value('Result')}, exit code ${value('ExecMainStatus')}`;
    return [{ level: 'problem', found, remedy: 'see why with "holdfast daemon run", then: holdfast service restart' }];
  }
  return [];
}

/** The tmux server in the daemon's own control group would end with it, and every agent too. */
async function scope({ paths, daemon, platform }: Scene): Promise<readonly Finding[]> {
  if (platform !== 'linux' || daemon === undefined) return [];
  const record = await readJson(join(paths.stateDir, 'tmux-server.json'));
  const pid = typeof record === 'object' && record !== null && 'pid' in record ? Number(record.pid) : 0;
  const [ours, servers] = await Promise.all([daemon.pid, pid].map(groupOf));
  if (ours === undefined || servers === undefined) return [];
  if (!/\.(service|scope)$/.test(servers)) return [ok('no control group ties the agents to the daemon')];
  if (servers.endsWith(`/${UNIT}`)) {
    const remedy = 'when no task runs: holdfast daemon stop; tmux -L holdfast kill-server; holdfast daemon start';
    return [
      {
        level: 'warning',
        found: `the tmux server is in the unit of the daemon: "systemctl --user kill" would end every agent`,
        remedy,
      },
    ];
  }
  if (/holdfast-tmux-\w+\.scope$/.test(servers))
    return [ok('the tmux server has a scope of its own: agents outlive the daemon')];
  const remedy = 'when no task runs: tmux -L holdfast kill-server; the service then starts it in a scope of its own';
  return [
    { level: 'note', found: `the tmux server is in ${servers.split('/').at(-1)}, and ends when that does`, remedy },
  ];
}

/** Where systemd has put a process: in the one hierarchy, or on older machines in its own. */
async function groupOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
  const paths = [/^0::(.*)$/m, /^\d+:name=systemd:(.*)$/m].flatMap((line) => line.exec(text)?.[1] ?? []);
  return paths.find((path) => path !== '/') ?? paths[0];
}
