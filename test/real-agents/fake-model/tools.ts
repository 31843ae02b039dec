import type { Reply as WireReply } from '@copilotkit/aimock';
import { z } from 'zod';
import type { Reply } from './script.ts';

type Args = Readonly<Record<string, unknown>>;

/** The shell tool of each agent, by the name it offers to the model. */
const SHELLS: Readonly<Record<string, (command: string) => Args>> = {
  exec_command: (cmd) => ({ cmd, yield_time_ms: 600_000 }), // codex; without a yield time a long command ends up in the background
  Bash: (command) => ({ command, description: 'run a command' }), // claude
  bash: (command) => ({ command, description: 'run a command' }), // opencode, pi
};

const WRITERS: Readonly<Record<string, (path: string, content: string) => Args>> = {
  Write: (path, content) => ({ file_path: path, content }), // claude
  write: (path, content) => ({ filePath: path, path, content }), // opencode reads `filePath`, pi `path`
};

const offer = z.looseObject({
  tools: z
    .array(z.looseObject({ name: z.string().optional(), function: z.looseObject({ name: z.string() }).optional() }))
    .default([]),
});

/** The names of the tools that a request offers to the model; none where the body is of another kind. */
export function toolsOffered(body: unknown): readonly string[] {
  const { data } = offer.safeParse(body);
  return data?.tools.flatMap((tool) => tool.name ?? tool.function?.name ?? []) ?? [];
}

/** Agents also ask for titles and summaries; only the requests of the conversation itself offer a shell. */
export const offersShell = (tools: readonly string[]): boolean => tools.some((name) => name in SHELLS);

/** A reply of the script in the words of the library that streams it. */
export function inWireWords(reply: Reply, offered: readonly string[]): WireReply {
  const calls = [
    ...(reply.shell === undefined ? [] : [shellCall(reply.shell, offered)]),
    ...(reply.write ? [writeCall(reply.write, offered)] : []),
    ...(reply.tools ?? []),
  ];
  const { input, output } = reply.tokens ?? { input: 1000, output: 50 };
  return {
    ...(calls.length > 0
      ? { toolCalls: calls.map(({ name, args }) => ({ name, arguments: JSON.stringify(args) })) }
      : {}),
    ...(reply.text === undefined && calls.length > 0 ? {} : { content: reply.text ?? 'OK' }),
    usage: {
      input_tokens: input,
      output_tokens: output,
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
    },
  };
}

function shellCall(command: string, offered: readonly string[]) {
  const [name, args] = pick(SHELLS, offered);
  return { name, args: args(command) };
}

/**
 * An agent without a tool for writing does it with its shell; base64 spares us every question of quoting. The sleep: of a
 * command that ends within a millisecond codex 0.169 sometimes tells nothing in its events (2026-11-21).
 */
function writeCall({ path, content }: { path: string; content: string }, offered: readonly string[]) {
  if (!offered.some((name) => name in WRITERS)) {
    return shellCall(`sleep 0.3; echo ${Buffer.from(content).toString('base64')} | base64 -d > '${path}'`, offered);
  }
  const [name, args] = pick(WRITERS, offered);
  return { name, args: args(path, content) };
}

function pick<Tool>(table: Readonly<Record<string, Tool>>, offered: readonly string[]): readonly [string, Tool] {
  const found = Object.entries(table).find(([name]) => offered.includes(name));
  if (!found) throw new Error(`none of ${Object.keys(table).join(', ')} is among the tools: ${offered.join(' ')}`);
  return found;
}
