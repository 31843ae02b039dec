import { which } from '../../system/which.ts';
import { type Check, type Finding, ok } from '../check.ts';

const OLDEST = [3, 2] as const;

/** Is there a tmux that we can work with, and does our server answer? */
export const tmux: Check = async (scene) => {
  const bin = await which('tmux', scene.path.value);
  if (bin === undefined) {
    const remedy = 'install it (apt-get install tmux, brew install tmux), then "holdfast service install" again';
    return [{ level: 'problem', found: `tmux is not on the PATH of the ${scene.path.of}`, remedy }];
  }
  const version = (await scene.run(bin, ['-V'])).stdout.replace(/^tmux\s+/, '').trim();
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  if (!version.startsWith('master') && (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])))
    return [{ level: 'problem', found: `tmux ${version} is too old`, remedy: `install ${OLDEST.join('.')} or newer` }];
  return [ok(`tmux ${version}, ${bin}`), ...(scene.daemon ? [await server(scene, scene.daemon.tmux)] : [])];
};

async function server({ run }: Parameters<Check>[0], [bin = 'tmux', ...words]: readonly string[]): Promise<Finding> {
  const { exitCode, stderr } = await run(bin, [...words, 'list-sessions']);
  if (exitCode === 0) return ok('our tmux server answers');
  return {
    level: 'problem',
    found: `our tmux server does not answer: ${stderr.trim()}`,
    remedy: 'look at "holdfast daemon status"; the next look of the daemon starts a new one and resumes its tasks',
  };
}
