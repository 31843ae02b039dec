import pRetry from 'p-retry';
import { type CommandEnd, exhaustion, runCommand } from './command.ts';
import { failpoint } from './failpoint.ts';

/** A tmux command that failed. `kind` says what may be concluded: rc 1 alone never means that a session is gone. */
export class TmuxError extends Error {
  override readonly name = 'TmuxError';
  readonly kind: 'no-server' | 'not-found' | 'duplicate' | 'missing' | 'unknown';
  constructor(command: string, kind: TmuxError['kind'], detail: string) {
    super(`tmux ${command}: ${detail}`);
    this.kind = kind;
  }
}

/** One pane as tmux lists it. `mark` is the text that we gave it when we made it. */
export interface Pane {
  readonly session: string;
  readonly id: string;
  readonly mark: string;
  readonly dead: boolean;
  readonly attached: boolean;
  readonly inMode: boolean;
  /** When its window last drew anything, epoch ms: the beginning of that second. */
  readonly drawnAt: number;
  /** The process of the server: another one after it died. */
  readonly server: number;
}

/** What a new session, or a window of one, is made from. Every word of `argv` arrives as it is; two words at least, one would go through a shell. */
export interface NewSession {
  readonly name: string;
  readonly mark: string;
  readonly cwd: string;
  readonly argv: readonly [string, string, ...string[]];
}

const TIMEOUT_MS = 4000;
const SIZE = { columns: 200, rows: 50 };
const FORMAT =
  '#{session_name}|#{pane_id}|#{@holdfast}|#{pane_dead}|#{session_attached}|#{pane_in_mode}|#{pid}|#{window_activity}';

/** A pane without an option of its own shows that of its session: the two have different names. */
const OWNER = '@holdfast-session';

const KINDS: readonly (readonly [RegExp, TmuxError['kind']])[] = [
  [/no server running|no such file or directory|connection refused/i, 'no-server'],
  [/can't find (session|pane|window)|no current target/i, 'not-found'],
  [/duplicate session/i, 'duplicate'],
];

interface Beside {
  readonly input?: string;
  readonly under?: readonly string[];
}

/** Everything we know of tmux, on one server of our own: argv only, bounded in time, every failure named by its stderr. */
export class Tmux {
  readonly command: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  #sends = 0;

  /** `socket` is the name after `-L`, `config` the file the server is started with, `env` what its panes inherit. */
  constructor(socket: string, config: string, env: Readonly<Record<string, string>>) {
    this.command = ['tmux', '-u', '-L', socket, '-f', config];
    const { TMUX: _server, TMUX_PANE: _pane, ...clean } = env;
    this.#env = clean;
  }

  /** The version as tmux prints it, `3.3a`. */
  async version(): Promise<string> {
    return (await this.#run('-V', [])).replace(/^tmux\s+/, '').trim();
  }

  /** Does a session of this name run? Throws `no-server` where no server does. */
  async hasSession(name: string): Promise<boolean> {
    const found = await this.#run('has-session', ['-t', `=${name}`]).catch(ignore('not-found'));
    return found !== undefined;
  }

  /**
   * Starts the server with an idle session, which keeps it: without one tmux ends, and later commands fail at random. `under`
   * are the words of a command that is to run it.
   */
  async startServer(keeper: string, under: readonly string[] = []): Promise<void> {
    const size = ['-x', '80', '-y', '24'];
    const idle = ['-d', '-s', keeper, ...size, '-c', '/', '--', 'sh', '-c', 'while :; do sleep 86400; done'];
    // "server exited unexpectedly" follows now and then on the end of an earlier server (4 to 13 of 40 on 3.3a)
    await pRetry(() => this.#run('new-session', idle, { under }).catch(ignore('duplicate')), {
      retries: 3,
      minTimeout: 100,
      factor: 1,
    });
  }

  /** The process of the server and the path of its socket. */
  async server(): Promise<{ readonly pid: number; readonly socket: string }> {
    const [pid, socket = ''] = (await this.#run('display-message', ['-p', '#{pid}|#{socket_path}'])).split('|');
    return { pid: Number(pid), socket };
  }

  /** A word that we keep in the server; empty where we never set it. */
  async recall(name: string): Promise<string> {
    return await this.#run('show-options', ['-sqv', `@${name}`]);
  }

  async remember(name: string, value: string): Promise<void> {
    await this.#run('set-option', ['-s', `@${name}`, word(value)]);
  }

  /** Every pane of the server, in one call. */
  async panes(): Promise<readonly Pane[]> {
    const text = await this.#run('list-panes', ['-a', '-F', FORMAT]);
    return text.split('\n').flatMap((line) => {
      const [session, id, mark, dead, attached, inMode, server, drawn] = line.split('|');
      if (session === undefined || id === undefined || mark === undefined) return [];
      return [
        {
          session,
          id,
          mark,
          dead: dead === '1',
          attached: attached !== '0',
          inMode: inMode === '1',
          server: Number(server),
          drawnAt: Number(drawn) * 1000,
        },
      ];
    });
  }

  /** Makes a detached session whose pane runs `argv`; both bear `mark`. */
  async newSession(session: NewSession): Promise<void> {
    const { name, mark } = session;
    const size = ['-x', String(SIZE.columns), '-y', String(SIZE.rows)];
    const owned = [';', 'set-option', '-t', `=${name}:`, OWNER, mark];
    await this.#run('new-session', ['-d', '-s', name, ...size, ...runs(session), ...owned]);
  }

  /** Adds a window to a session and shows it; its pane runs `argv` and bears `mark`. */
  async newWindow(session: NewSession): Promise<void> {
    await this.#run('new-window', ['-t', `=${session.name}:`, ...runs(session)]);
  }

  /** The mark of a session, which stays when our pane is closed; empty where it was not made by us. */
  async markOf(session: string): Promise<string> {
    const [mark = ''] = (await this.#run('list-panes', ['-s', '-t', `=${session}:`, '-F', `#{${OWNER}}`])).split('\n');
    return mark;
  }

  /**
   * Runs `argv` in a pane that has ended. Respawning drops the visible screen, but not what lies above it: shrinking the
   * window to one line first moves everything there (100 of 100 lines kept, 22 without, 3.3a to 3.7c).
   */
  async respawn(pane: string, cwd: string, argv: NewSession['argv']): Promise<void> {
    const resize = (rows: number) => ['resize-window', '-t', pane, '-y', String(rows), ';'];
    const respawn = ['respawn-pane', '-k', '-t', pane, '-c', literal(cwd), '--', ...argv.map(word), ';'];
    const latest = ['set-option', '-w', '-t', pane, 'window-size', 'latest'];
    const [first = '', ...rest] = [...resize(1), ...respawn, ...resize(SIZE.rows), ...latest];
    await this.#run(first, rest);
  }

  /** The text of a pane without colours; `history` lines above the screen, all of them where `-` is given. */
  async capture(pane: string, history: number | '-'): Promise<string> {
    return await this.#run('capture-pane', ['-p', '-J', '-t', pane, '-S', history === '-' ? '-' : String(-history)]);
  }

  /** Types a text as one paste, so that line breaks in it submit nothing. Control characters are left out: one of them ends a paste. */
  async paste(pane: string, text: string): Promise<void> {
    const buffer = `holdfast-${process.pid}-${++this.#sends}`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not get through
    const clean = text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
    await this.#run('load-buffer', ['-b', buffer, '-'], { input: clean });
    await this.#run('paste-buffer', ['-p', '-r', '-d', '-b', buffer, '-t', pane]);
  }

  /** Presses keys by tmux's names for them: `Enter`, `C-c`, `y`. */
  async keys(pane: string, keys: readonly string[]): Promise<void> {
    await this.#run('send-keys', ['-t', pane, '--', ...keys.map(word)]);
  }

  /** Leaves copy mode, in which a pane swallows keys. */
  async leaveMode(pane: string): Promise<void> {
    await this.#run('send-keys', ['-X', '-t', pane, 'cancel']);
  }

  /** Ends a session if it, or the pane that it shows, bears this mark; one that is not there is ended already. */
  async killSession(name: string, mark: string): Promise<void> {
    const ours = `#{||:#{==:#{${OWNER}},${mark}},#{==:#{@holdfast},${mark}}}`;
    const words = ['-F', '-t', `=${name}:`, ours, `kill-session -t =${name}`];
    await this.#run('if-shell', words).catch(ignore('not-found', 'no-server'));
  }

  async #run(command: string, args: readonly string[], { input, under = [] }: Beside = {}): Promise<string> {
    failpoint();
    const [tmux = 'tmux', ...base] = this.command;
    const [bin = tmux, ...words] = [...under, tmux, ...(command === '-V' ? ['-V'] : [...base, command, ...args])];
    const ended = await runCommand({
      argv: [bin, ...words],
      env: this.#env,
      cwd: '/',
      timeoutMs: TIMEOUT_MS,
      ...(input === undefined ? {} : { input }),
    });
    if (ended.end.by !== 'exit' || ended.end.status !== 0) throw exhaustion(ended.end) ?? failure(command, ended);
    failpoint();
    return ended.stdout;
  }
}

function failure(command: string, { end, stderr }: CommandEnd): TmuxError {
  if (end.by === 'error' && end.code === 'ENOENT') return new TmuxError(command, 'missing', 'tmux is not installed');
  const said = stderr.trim();
  const kind = end.by === 'time' ? 'unknown' : (KINDS.find(([match]) => match.test(said))?.[1] ?? 'unknown');
  return new TmuxError(command, kind, said || how(end));
}

/** How a command ended that said nothing. */
function how(end: CommandEnd['end']): string {
  switch (end.by) {
    case 'exit':
      return `exit ${end.status}`;
    case 'signal':
      return `killed by ${end.signal}`;
    case 'time':
      return `no answer in ${TIMEOUT_MS} ms`;
    case 'error':
      return end.code;
    default:
      return end satisfies never;
  }
}

const ignore =
  (...kinds: readonly TmuxError['kind'][]) =>
  (error: unknown): undefined => {
    if (!(error instanceof TmuxError) || !kinds.includes(error.kind)) throw error;
  };

/** What a new pane runs, and the mark that it gets in the same command: no pane of ours is ever without one. */
const runs = ({ name, mark, cwd, argv }: NewSession): readonly string[] => [
  ...['-c', literal(cwd), '--', ...argv.map(word)],
  ...[';', 'set-option', '-p', '-t', `=${name}:`, '@holdfast', mark],
];

/** tmux takes a word that ends in ";" as the end of a command. */
const word = (text: string): string => (text.endsWith(';') ? `${text.slice(0, -1)}\\;` : text);

/** tmux expands formats in a directory: `C#S` would lead elsewhere without a word. */
const literal = (path: string): string => word(path.replaceAll('#', '##'));
