import type { AgentEvent } from '../domain/event.ts';

// Where namespaces are forbidden (a container without them, a hardened kernel) bubblewrap cannot start, and with it no
// command of the agent does; codex 0.169.0 and claude 2.1.197 then go on, end the turn and exit 0 (2026-11-21).
const BROKEN = /^(?:Exit code \d+\n)?bwrap: /;

/** A command that never ran because the agent's sandbox did not start counts as denied, so that it shows in every status. */
export const neverRan = (tool: string, what: string, output: string): readonly AgentEvent[] =>
  BROKEN.test(output) ? [{ type: 'tool-denied', tool, what }] : [];
