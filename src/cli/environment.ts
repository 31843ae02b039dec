import { usageError } from './errors.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads `--env K=V` and `--env NAME`; the latter takes the value from the caller, which keeps a secret out of argv. */
export function parseEnv(
  flags: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(flags.map((flag) => one(flag, env)));
}

function one(flag: string, env: Readonly<Record<string, string | undefined>>): [string, string] {
  const sign = flag.indexOf('=');
  const name = sign < 0 ? flag : flag.slice(0, sign);
  if (!NAME.test(name)) {
    throw usageError(`--env ${JSON.stringify(name)} is not the name of a variable: use letters, digits and "_"`);
  }
  if (sign >= 0) return [name, flag.slice(sign + 1)];
  const value = env[name];
  if (value === undefined) throw usageError(`--env ${name}: it is not set here; set it, or write --env ${name}=VALUE`);
  return [name, value];
}
