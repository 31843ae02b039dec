import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { shellWord } from '../../system/shell-word.ts';
import type { Context } from '../context.ts';

/** The operator's consent to directories: given, taken back, asked about, listed. */
export async function trust(
  { directories }: Pick<Context, 'directories'>,
  { action, directory }: Parsed<'trust'>,
): Promise<Result<'trust'>> {
  if (action === 'list') return { directories: [...(await directories.trusted())] };
  if (directory === undefined || !isAbsolute(directory))
    throw new Refusal(EXIT.usage, `to ${action}, name a directory by its absolute path`);
  if (action === 'add') await add(directories, directory);
  if (action === 'remove') await directories.distrust(directory);
  return { directories: [...(await directories.trusted())], trusted: await directories.isTrusted(directory) };
}

async function add(directories: Context['directories'], directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory()) throw new Refusal(EXIT.noInput, `${directory} is not a directory: name one that is there`);
  await mustBeAllowed(directories, directory);
  await directories.trust(directory);
}

/** Throws where the settings keep agents out of a directory. */
export async function mustBeAllowed(directories: Context['directories'], directory: string): Promise<void> {
  const why = await directories.forbidden(directory);
  if (why !== undefined) throw new Refusal(EXIT.notAllowed, why);
}

/** Takes the consent that came with a request, or asks for one in the sentence of refusal. */
export async function mustBeTrusted(
  directories: Context['directories'],
  directory: string,
  consent: boolean,
): Promise<void> {
  if (await directories.isTrusted(directory)) return;
  if (consent) return await directories.trust(directory);
  throw new Refusal(
    EXIT.notAllowed,
    `no agent has worked in ${directory} yet: allow it with "holdfast trust ${shellWord(directory)}", or give --yes`,
  );
}
