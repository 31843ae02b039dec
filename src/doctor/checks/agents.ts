import { agents } from '../../agents/index.ts';
import type { Agent } from '../../domain/agent.ts';
import { unconfined } from '../../domain/confinement.ts';
import { missingOn, which } from '../../system/which.ts';
import { type Check, type Finding, ok, type Scene } from '../check.ts';

/** Is each agent where the daemon looks, is its version one that we know, and is somebody logged in? */
export const found: Check = async (scene) => {
  const each = await Promise.all(agents.map((agent) => look(agent, scene)));
  const all = each.flat();
  if (all.some(({ level }) => level === 'ok')) return all;
  const remedy = 'install one of codex, claude, opencode, pi; until then there is the demo agent';
  return [...all, { level: 'warning', found: 'there is no agent to give a task to', remedy }];
};

async function look(agent: Agent, scene: Scene): Promise<readonly Finding[]> {
  if (typeof agent.bin !== 'string') return [];
  const bin = await which(agent.bin, scene.path.value);
  if (bin === undefined) return [await absent(agent, agent.bin, scene)];
  const { stdout } = await scene.run(bin, ['--version']);
  const version = /\d+\.\d+\.\d+/.exec(stdout)?.[0];
  const known = /\d+\.\d+\.\d+/.exec(agent.verified)?.[0] ?? '';
  return [
    ok(`${agent.id} ${version ?? '(says no version)'}, ${bin}`),
    ...(version === undefined || near(version, known) ? [] : [unknown(agent, version)]),
    ...(await login(agent, bin, scene)),
    ...(await confinement(agent, scene)),
  ];
}

/** Missing where it is looked for, and there on the PATH of whoever asks, is the trap of every service. */
async function absent(agent: Agent, name: string, { env, path }: Scene): Promise<Finding> {
  const here = path.of === 'shell' ? undefined : await which(name, env.PATH ?? '');
  if (here === undefined) return { level: 'note', found: `${agent.id} is not installed`, remedy: agent.install };
  return {
    level: 'problem',
    found: `${agent.id} is at ${here}, and the ${path.of} does not look there`,
    remedy:
      path.of === 'service'
        ? 'run "holdfast service install" again'
        : 'run "holdfast service install", or "holdfast daemon restart" from this shell',
  };
}

/** Patches mend; what we rely on has changed with minor versions. */
const near = (version: string, known: string): boolean =>
  version.split('.').slice(0, 2).join('.') === known.split('.').slice(0, 2).join('.');

const unknown = (agent: Agent, version: string): Finding => ({
  level: 'note',
  found: `${agent.id} ${version} is not the version that we know: ${agent.verified}`,
  remedy: 'try a short task first; "holdfast explain" shows what was understood of it',
});

async function login(agent: Agent, bin: string, { run }: Scene): Promise<readonly Finding[]> {
  if (agent.askLogin === undefined) return [];
  const { exitCode } = await run(bin, agent.askLogin);
  if (exitCode !== 1) return [];
  const remedy = `${agent.login}; or give each task a key with --env`;
  return [{ level: 'warning', found: `nobody is logged in to ${agent.id}`, remedy }];
}

/** Where these are missing the agent says so in its log, and goes on without any sandbox. */
async function confinement(
  { id, confinedBy = [] }: Agent,
  { path, platform, run }: Scene,
): Promise<readonly Finding[]> {
  if (platform !== 'linux') return [];
  const missing = await missingOn(path.value, confinedBy);
  if (missing.length > 0) {
    const { found, packages } = unconfined(id, missing);
    return [
      {
        level: 'warning',
        found,
        remedy: `install ${packages} (apt-get install ${packages}), then "holdfast service install" again; see docs/permissions.md`,
      },
    ];
  }
  if (!confinedBy.includes('bwrap')) return [];
  const { exitCode, stderr } = await run('bwrap', ['--ro-bind', '/', '/', '--unshare-net', 'true']);
  if (exitCode === 0) return [ok(`${id} can confine its commands`)];
  return [
    {
      level: 'warning',
      found: `${id} cannot start its sandbox here, so every command of it fails: ${stderr.trim().split('\n')[0]}`,
      remedy: 'allow unprivileged user namespaces on this machine, or use an agent at a level without a sandbox',
    },
  ];
}
