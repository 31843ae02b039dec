import { hasCode, readText } from './files.ts';

/** A reference to a secret that cannot be resolved; the message never holds the secret. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** What a reference looks like: `env:NAME` or `file:/absolute/path`. */
export const SECRET_REFERENCE = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/;

/** The secret behind a reference, read anew each time, so that it can be changed while we run. */
export async function secretOf(reference: string, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const [kind, place] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)];
  const found = kind === 'env' ? env[place] : await fileText(place);
  const secret = found?.trim();
  if (!secret) throw new SecretError(`${reference} is ${found === undefined ? 'not there' : 'empty'}`);
  return secret;
}

async function fileText(path: string): Promise<string | undefined> {
  try {
    return await readText(path);
  } catch (error) {
    if (hasCode(error, 'EACCES')) throw new SecretError(`${path} cannot be read by us`, { cause: error });
    throw error;
  }
}
