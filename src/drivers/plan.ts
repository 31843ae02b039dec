import { type Order, plausibleConversation } from '../domain/agent.ts';
import type { Plan, Subject } from '../domain/driver.ts';
import { type AgentCommand, ask } from './inquiry.ts';
import { isPersisted } from './transcript.ts';

/** How the present attempt will be launched: in the conversation that the agent has stored, else afresh. `command` is how the agent itself is asked. */
export async function planOf(
  { task, agent, spec, dir }: Subject,
  order: Order,
  command: () => Promise<AgentCommand>,
): Promise<Plan> {
  const fresh = (why: string): Plan => {
    const conversation = agent.chooses?.(order);
    return { kind: 'fresh', why, ...(conversation === undefined ? {} : { conversation }) };
  };
  const resume = (why: string, conversation: string): Plan => ({ kind: 'resume', why, conversation });
  const { conversation } = task;
  if (task.attempt === 1) return fresh('the first attempt');
  if (conversation === undefined) {
    const inquiry = agent.unnamed?.(order);
    const stored = inquiry?.read(await ask(await command(), inquiry.args));
    return stored !== undefined && plausibleConversation(agent, stored)
      ? resume('the agent had not named its conversation yet, but it lies on disk', stored)
      : fresh('the agent had not named its conversation yet');
  }
  const asked = await command();
  const place = { cwd: spec.cwd, taskDir: dir, conversation, env: asked.env };
  return (await isPersisted(agent.transcript(place), asked))
    ? resume('the conversation lies on disk', conversation)
    : fresh('the agent had not written its conversation to disk yet');
}
