import { type Check, ok } from '../check.ts';

const OLDEST = [20, 19] as const;
/** When each long-term version gets its last fix: https://github.com/nodejs/release, looked at on 2026-11-21. */
const END_OF_LIFE: Readonly<Record<number, string>> = {
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
  26: '2029-04-30',
};

/** Is this Node new enough, and still mended? */
export const node: Check = ({ nodeVersion, now }) => {
  const [major = 0, minor = 0] = (/^v(\d+)\.(\d+)/.exec(nodeVersion) ?? []).slice(1).map(Number);
  const remedy = 'install Node 24, then run "holdfast service install" again';
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    return [{ level: 'problem', found: `Node ${nodeVersion} is older than ${OLDEST.join('.')}`, remedy }];
  const end = END_OF_LIFE[major];
  if (end !== undefined && now > Date.parse(end))
    return [{ level: 'warning', found: `Node ${nodeVersion} gets no fixes since ${end}`, remedy }];
  return [ok(`Node ${nodeVersion}`)];
};
