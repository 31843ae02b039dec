import type { Agent } from '../domain/agent.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { demo } from './demo.ts';
import { opencode } from './opencode.ts';
import { pi } from './pi.ts';

/** Every agent that we can run: a new one is a file beside these and a word here. */
export const agents: readonly Agent[] = [codex, claude, opencode, pi, demo];

/** The agent of this id, if there is one. */
export const findAgent = (id: string): Agent | undefined => agents.find((agent) => agent.id === id);
