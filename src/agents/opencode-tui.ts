import type { Launch, Order, TerminalFace } from '../domain/agent.ts';
import type { AgentEvent } from '../domain/event.ts';
import { byHand } from './by-hand.ts';
import { named } from './conversation.ts';
import { about, fields, items, text } from './json.ts';
import { permissionFor, whole } from './permission.ts';

// Opencode's program for people, measured with 1.18.33 on 2026-11-21. A plugin of ours asks its server to take the prompt, for
// `--prompt` is ignored with `--session`, and writes what `run` would print. It loads a plugin only after it has asked the
// npm registry for a package: offline that takes some 20 s.
const plugin = new URL('../../dist/hooks/opencode.js', import.meta.url).href;

/** What `opencode run` and the program itself share: an agent of ours, rules, where the operator wants them. */
export interface Confinement {
  readonly agent?: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

/** The name of a session before it has an id that we know. A title is stored at once, and saves a call of the model. */
export const titleOf = ({ chosenId }: Pick<Order, 'chosenId'>): string => `holdfast-${chosenId}`;

/** Its program for people. */
export function opencodeTerminal(
  confined: (order: Order) => Confinement,
  conversations: RegExp,
  read: TerminalFace['read'],
): TerminalFace {
  const launch = (order: Order, session?: string): Launch => {
    const { agent, config, env } = confined(order);
    const [providerID, ...model] = order.model?.split('/') ?? [];
    const wish = {
      ...(session === undefined ? { title: titleOf(order) } : { session }),
      ...(agent === undefined ? {} : { agent }),
      ...(providerID === undefined ? {} : { model: { providerID, modelID: model.join('/') } }),
    };
    return {
      args: [
        ...(agent === undefined ? [] : [`--agent=${agent}`]),
        ...(order.model === undefined ? [] : [`--model=${order.model}`]),
        ...(session === undefined ? [] : [`--session=${session}`]),
      ],
      env: {
        ...env,
        OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...config, plugin: [plugin] }),
        HOLDFAST_OPENCODE: JSON.stringify(wish),
      },
    };
  };
  return {
    start: (order) => launch(order),
    resume: (order) => launch(order, order.conversation),
    read: (line) => more(fields(line), conversations) ?? byHand(read(line)),
    prompt: 'file',
    keys: { yes: ['Enter'], no: ['Escape'] },
    menus: 'arrows',
    refused: 'That was refused. Go on without it, or say why you cannot.',
  };
}

const LEFT = 'its turn has no end, and it sits at its prompt: perhaps something was refused. How is it to go on?';

/** What only the plugin tells. */
function more(event: Readonly<Record<string, unknown>>, conversations: RegExp): readonly AgentEvent[] | undefined {
  const part = fields(event.part);
  switch (event.type) {
    case 'session':
      return named(conversations, event.sessionID);
    case 'busy':
      return [{ type: 'turn-started' }];
    case 'tool_running':
      return [
        { type: 'tool-started', call: text(part.callID), tool: text(part.tool), what: about(fields(part.state).input) },
      ];
    case 'retry':
      return [{ type: 'retrying', message: text(fields(event.status).message) }];
    case 'permission': {
      const asked = fields(event.asked);
      const tool = text(asked.permission);
      const call = text(fields(asked.tool).callID);
      const what = whatOf(tool, asked, event.input);
      return [
        { ...permissionFor({ tool, what }, { does: tool }), ...(call === '' ? {} : { of: { call, tool, what } }) },
      ];
    }
    case 'replied':
      return [{ type: 'replied', call: text(event.call) }];
    case 'left':
      return [{ type: 'asked', question: LEFT, choices: [], atPrompt: true }];
    case 'error':
      return fields(event.error).name === 'MessageAbortedError'
        ? [{ type: 'warned', message: 'interrupted by a person' }]
        : undefined;
    default:
      return undefined;
  }
}

/** Of these its patterns tell all; those of a tool of a server are "*", and of a command it leaves out what is none, such as where it is redirected to. */
const TELLING = ['edit', 'read', 'webfetch', 'external_directory', 'skill'];

function whatOf(tool: string, { patterns, metadata }: Readonly<Record<string, unknown>>, input: unknown): string {
  const { command, files } = fields(metadata);
  if (tool === 'bash' && text(command) !== '') return text(command);
  if (!TELLING.includes(tool)) return whole(input ?? { patterns, metadata });
  const moved = items(files).map((file) => text(fields(file).movePath)); // where an edit moves a file to, no pattern tells
  return [...items(patterns).map(text), ...moved].filter((path) => path !== '').join('\n');
}
