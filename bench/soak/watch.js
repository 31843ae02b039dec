import { agentsOf, sizeOf } from './processes.js';

const EVERY_MS = 400;

/** Looks again and again: does one task have two agents, and does the daemon grow? */
export function watchOver(fleet) {
  const doubles = [];
  const sizes = [];
  let looks = 0;
  let daemon = 0;
  const ids = fleet.accepted;

  const look = () => {
    looks += 1;
    for (const [id, agents] of agentsOf(ids)) {
      if (agents.length > 1) doubles.push({ id, agents });
    }
    const size = daemon > 0 ? sizeOf(daemon) : undefined;
    if (size) sizes.push({ ...size, pid: daemon, at: Date.now() });
  };
  let asking = false;
  const find = async () => {
    if (asking) return;
    asking = true;
    daemon = await fleet.daemonPid().catch(() => daemon); // it does not come back: that is told by who needs it
    asking = false;
  };
  const looking = setInterval(look, EVERY_MS);
  const finding = setInterval(find, 5 * EVERY_MS);
  return {
    stop: () => {
      clearInterval(looking);
      clearInterval(finding);
      return { doubles, sizes, looks };
    },
  };
}
