import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lingers, managerHere } from '../../install/manager.ts';
import { planService } from '../../install/service.ts';
import { hasService } from '../../protocol/service.ts';
import { ask, UNIT } from '../../protocol/service-manager.ts';
import { readJson } from '../../system/files.ts';
import { shellWord } from '../../system/shell-word.ts';
import { type Check, type Finding, ok, type Running, type Scene } from '../check.ts';

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

async function systemd({ env, daemon }: Scene): Promise<readonly Finding[]> {
  // by the way that finds the manager from cron too; what was not answered is empty
  const { stdout } = await ask(['systemctl', '--user', 'show', `--property=${ASKED}`, UNIT], env);
  return judgeUnit(stdout, daemon);
}

const ASKED = 'MainPID,Result,ExecMainStatus,UnitFileState';

/** What systemd says of our unit, against the daemon that answers. */
export function judgeUnit(shown: string, daemon?: Pick<Running, 'pid'>): readonly Finding[] {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(shown)?.[1] ?? '';
  const again = 'holdfast service install';
  if (value('MainPID') === '') {
    const remedy = `ask it from a login of this user: systemctl --user status ${UNIT}`;
    return [{ level: 'note', found: 'systemd does not answer for your user: how the service is is not known', remedy }];
  }
  const findings: Finding[] = [];
  if (value('UnitFileState') === 'disabled')
    findings.push({
      level: 'warning',
      found: 'the service is disabled: no boot and no login starts it',
      remedy: again,
    });
  if (daemon && value('MainPID') !== String(daemon.pid)) {
    const remedy = `let systemd have it, agents go on: ${again}`;
    findings.push({
      level: 'warning',
      found: `the daemon (pid ${daemon.pid}) is not the one of the service`,
      remedy,
    });
  }
  if (!daemon && value('Result') !== 'success') {
    const found = `the service is down: ${value('Result')}, exit code ${value('ExecMainStatus')}`;
    const remedy = 'see why with "holdfast daemon run", then: holdfast service restart';
    findings.push({ level: 'problem', found, remedy });
  }
  return findings;
}

async function scope({ paths, daemon, platform }: Scene): Promise<readonly Finding[]> {
  if (platform !== 'linux' || daemon === undefined) return [];
  const record = await readJson(join(paths.stateDir, 'tmux-server.json'));
  const pid = typeof record === 'object' && record !== null && 'pid' in record ? Number(record.pid) : 0;
  const group = await groupOf(pid);
  return group === undefined ? [] : [judgeScope(group, daemon.tmux)];
}

/** What the control group of the tmux server means: one in that of the daemon would end with it, and every agent too. */
export function judgeScope(group: string, tmux: readonly string[]): Finding {
  if (!/\.(service|scope)$/.test(group)) return ok('no control group ties the agents to the daemon');
  if (/holdfast-tmux-\w+\.scope$/.test(group))
    return ok('the tmux server has a scope of its own: agents outlive the daemon');
  const end = `${tmux.map(shellWord).join(' ')} kill-server`;
  if (group.endsWith(`/${UNIT}`)) {
    return {
      level: 'warning',
      found: 'the tmux server is in the unit of the daemon: "systemctl --user kill" would end every agent',
      remedy: `when no task runs: holdfast daemon stop; ${end}; holdfast daemon start`,
    };
  }
  const remedy = `when no task runs: ${end}; the service then starts it in a scope of its own`;
  return { level: 'note', found: `the tmux server is in ${group.split('/').at(-1)}, and ends when that does`, remedy };
}

/** Where systemd has put a process: in the one hierarchy, or on older machines in its own. */
async function groupOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
  const paths = [/^0::(.*)$/m, /^\d+:name=systemd:(.*)$/m].flatMap((line) => line.exec(text)?.[1] ?? []);
  return paths.find((path) => path !== '/') ?? paths[0];
}
