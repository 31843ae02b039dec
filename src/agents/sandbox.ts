import type { AgentEvent } from '../domain/event.ts';

// Where namespaces are forbidden (a container without them, a hardened kernel) bubblewrap cannot start, and with it no
// command of the agent does; codex 0.169.0 and claude 2.1.197 then go on, end the turn and exit 0 (2026-11-21). Where it
// has started, everything outside of the directory is a read-only file system.
const REFUSED = /^(?:Exit code \d+\n)?bwrap: |read-only file system/i;

/** A failed command whose output says that the agent's sandbox did not let it counts as denied, so that every status shows it. */
export const refused = (tool: string, what: string, output: string): readonly AgentEvent[] =>
  REFUSED.test(output) ? [{ type: 'tool-denied', tool, what }] : [];
