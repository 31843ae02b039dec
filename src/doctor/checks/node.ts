import { type Check, type Finding, ok, type Scene } from '../check.ts';

const OLDEST = [20, 19] as const;
/** When each version gets its last fix, odd ones half a year after they came: https://github.com/nodejs/release, looked at on 2026-11-21. */
const END_OF_LIFE: Readonly<Record<number, string>> = {
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
  26: '2029-04-30',
};

const remedy = 'install Node 24, then run "holdfast service install" again';

/** Are this Node, and that of the service, new enough, and still mended? */
export const node: Check = async (scene) => [judged(scene.nodeVersion, 'Node', scene.now), ...(await ofService(scene))];

async function ofService({ service, run, now }: Scene): Promise<readonly Finding[]> {
  if (service?.node === undefined) return [];
  const { exitCode, stdout } = await run(service.node, ['--version']);
  if (exitCode === 0) return [judged(stdout.trim(), `the service's ${service.node},`, now)];
  const again = 'holdfast service install';
  return [{ level: 'problem', found: `the Node of the service cannot be run: ${service.node}`, remedy: again }];
}

function judged(version: string, who: string, now: number): Finding {
  const [major = 0, minor = 0] = (/^v(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    return { level: 'problem', found: `${who} ${version} is older than ${OLDEST.join('.')}`, remedy };
  const end = END_OF_LIFE[major];
  if (end !== undefined && now > Date.parse(end))
    return { level: 'warning', found: `${who} ${version} gets no fixes since ${end}`, remedy };
  return ok(`${who} ${version}`);
}
