/** Variables that every process of ours may inherit; anything else has to be named by the operator. */
const ALLOWED = [
  ...['HOME', 'PATH', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'TZ', 'TMPDIR', 'SSH_AUTH_SOCK', 'DBUS_SESSION_BUS_ADDRESS'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
];
const ALLOWED_PREFIX = /^(LC_|XDG_)/;

/**
 * What may be handed on of an environment. Loaders and shells can be made to run code by theirs (`LD_PRELOAD`,
 * `NODE_OPTIONS`, `BASH_ENV`), agents export their own ids to everything below them, and keys are nobody's business.
 * Of `PATH` only absolute directories stay: `.`, and an empty one, would run whatever lies in a work tree.
 */
export function inheritable(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (ALLOWED.includes(entry[0]) || ALLOWED_PREFIX.test(entry[0])),
    ),
  );
  const { PATH = '', ...rest } = kept;
  const path = PATH.split(':').filter((directory) => directory.startsWith('/'));
  return path.length === 0 ? rest : { ...rest, PATH: path.join(':') };
}
