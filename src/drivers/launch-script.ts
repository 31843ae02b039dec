/** What the runner is to start, and how; it reads it as a script of shell. */
export interface LaunchScript {
  readonly cwd: string;
  /** The umask of the operator, which the agent's files shall follow. */
  readonly umask: number;
  /** The file that is its standard input; without one that stays the terminal. */
  readonly stdin?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

/** A POSIX sh word that stands for exactly this text. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The text that the runner reads in. It lies in a file of mode 0600, so that neither prompt nor secrets stand in an argv. */
export function scriptText({ cwd, umask, stdin = '', env, argv }: LaunchScript): string {
  const exports = Object.entries(env)
    .filter(([name]) => NAME.test(name))
    .map(([name, value]) => `export ${name}=${quote(value)}`);
  return [
    `cd -P -- ${quote(cwd)} || exit 66`,
    // A symbolic link that was put in its place after the last look leads elsewhere. `$()` eats line feeds at the end.
    `[ "$(pwd -P && echo .)" = ${quote(`${cwd}\n.`)} ] || exit 66`,
    `umask ${umask.toString(8).padStart(4, '0')}`,
    `stdin=${quote(stdin)}`,
    ...exports,
    `set -- ${argv.map(quote).join(' ')}`,
    '',
  ].join('\n');
}
