import { realpathSync } from 'node:fs';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Which session is to be shown, and the words that reach its server. */
export interface Attachment {
  readonly command: readonly string[];
  readonly session: string;
  readonly readOnly: boolean;
}

/** How a terminal gets to see the session. `nested`: inside a tmux of another server. */
export interface AttachPlan {
  readonly argv: readonly string[];
  readonly env: Record<string, string | undefined>;
  readonly nested: boolean;
}

/** tmux refuses to attach inside tmux: on the same server the client switches, on another one it must not know of the outer. */
export function planAttach({ command, session, readOnly }: Attachment, env: Environment): AttachPlan {
  const target = ['-t', `=${session}`];
  const outer = env.TMUX?.replace(/,[^,]*,[^,]*$/, '');
  if (outer !== undefined && real(outer) === real(socketOf(command, env))) {
    const words = readOnly ? switchToWatch(session) : ['switch-client', ...target];
    return { argv: [...command, ...words], env, nested: false };
  }
  const { TMUX, TMUX_PANE, ...rest } = env;
  const words = ['attach-session', ...target, ...(readOnly ? ['-r'] : [])];
  return { argv: [...command, ...words], env: rest, nested: Boolean(outer) };
}

/** `switch-client -r` turns read-only into its opposite (tmux 3.3a): a client that only watches already is not told so again. */
function switchToWatch(session: string): readonly string[] {
  const go = `switch-client -t '=${session}'`; // our names hold no quotes
  return ['if-shell', '-F', '#{client_readonly}', go, `${go} -r`];
}

/** The socket that these words of tmux mean, by tmux's own rule. */
export function socketOf(command: readonly string[], env: Environment, uid = process.getuid?.() ?? 0): string {
  const path = following(command, '-S');
  return path ?? join(env.TMUX_TMPDIR || '/tmp', `tmux-${uid}`, following(command, '-L') ?? 'default');
}

function following(command: readonly string[], flag: string): string | undefined {
  const at = command.indexOf(flag);
  return at < 0 ? undefined : command[at + 1];
}

/** tmux resolves the directory of its socket; macOS has /tmp elsewhere. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // a server that is gone has no socket, and is then not the one that we are in
  }
}
