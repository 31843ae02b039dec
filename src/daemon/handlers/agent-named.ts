import { agents, findAgent } from '../../agents/index.ts';
import type { Agent } from '../../domain/agent.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';

/** The agent of this name; a refusal that names them all where there is none. */
export function agentNamed(id: string): Agent {
  const agent = findAgent(id);
  if (agent) return agent;
  const known = agents.map((each) => each.id).join(', ');
  throw new Refusal(EXIT.usage, `there is no agent ${JSON.stringify(id)}: use one of ${known}`);
}
