import type { Approval, Question } from './event.ts';

/** What is done with an agent's question: wait for a person, grant what is safe, or refuse every permission. */
export const ANSWERING = ['ask', 'accept-safe', 'deny'] as const;
export type Answering = (typeof ANSWERING)[number];

/** When the operator need not be asked. Patterns are held against what is asked for: `deny` counts over `allow`. */
export interface AnswerRules {
  readonly mode: Answering;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** An answer that the rules give, and the rule that gave it. */
export interface Auto {
  readonly text: string;
  readonly by: string;
}

/**
 * What is safe until the operator says more. Not even `git status`: where an agent asks, its sandbox has said no, and
 * outside of it git runs what the repository's own settings name.
 */
export const HARMLESS: readonly string[] = ['command(pwd)', 'command(ls *)', 'command(date)', 'command(uname *)'];

/** One word for what agents call differently. Exact names: a tool of an MCP server cannot pass for one of these. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  command: ['command', 'bash', 'shell', 'exec', 'exec_command', 'local_shell'],
  edit: ['edit', 'write', 'multiedit', 'notebookedit', 'apply_patch', 'patch', 'file_change'],
  read: ['read', 'glob', 'grep', 'ls', 'list'],
};

const PATTERN = /^([A-Za-z0-9_.*-]+)(?:\((.*)\))?$/s;

/** Can it be held against anything? `TOOL` or `TOOL(WHAT)`, with `*` for any text. */
export const isPattern = (text: string): boolean => PATTERN.test(text);

/** The answer that the rules give to a question; none where a person has to. Only a permission is answered, never a free question. */
export function autoAnswer({ approval }: Question, { mode, allow, deny }: AnswerRules): Auto | undefined {
  if (!approval || mode === 'ask') return undefined;
  if (mode === 'deny') return { text: approval.refuse, by: 'answers deny' };
  const asked = [approval, ...linesOf(approval)];
  const denied = deny.find((pattern) => asked.some((each) => matches(pattern, each, ANYTHING)));
  if (denied !== undefined) return { text: approval.refuse, by: `deny ${denied}` };
  const allowed = CLIMBS.test(approval.what)
    ? undefined
    : allow.find((pattern) => matches(pattern, approval, ONE_COMMAND));
  return allowed === undefined ? undefined : { text: approval.grant, by: `allow ${allowed}` };
}

/** What `*` stands for where it forbids: everything. */
const ANYTHING = '[^]*';
/** And where it allows: nothing that lets a shell begin another command, redirect, or put something else in its place. */
const ONE_COMMAND = '[^\\p{Cc};&|<>$`(){}\\\\!#]*';

/** A path that leads out again of what a pattern names. */
const CLIMBS = /(?:^|[\s/='"])\.\.(?:$|[\s/'"])/;

/** One file of several is denied too, and one command of several. */
const linesOf = (approval: Approval): readonly Approval[] =>
  approval.what.split(/[\n\r]/).map((what) => ({ ...approval, what }));

function matches(pattern: string, { tool, what }: Approval, star: string): boolean {
  const [, name = '', about] = PATTERN.exec(pattern) ?? [];
  const names = ALIASES[name.toLowerCase()] ?? [name];
  const fits = names.some((each) => expression(each, ANYTHING, 'iu').test(tool));
  return fits && (about === undefined || expression(about, star, 'u').test(what.trim()));
}

/** `git status *` means `git status` too. */
function expression(glob: string, star: string, flags: string): RegExp {
  const words = glob.endsWith(' *') ? glob.slice(0, -2) : glob;
  const rest = words === glob ? '' : `(?: ${star})?`;
  return new RegExp(`^${words.split('*').map(escaped).join(star)}${rest}$`, flags);
}

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\/]/g, '\\$&');
