import { usageError } from './errors.ts';

/** Reads a whole number; says which are possible where it is none of them. */
export function parseCount(
  text: string,
  { flag, min, max }: { readonly flag: string; readonly min: number; readonly max: number },
): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= min && count <= max) return count;
  throw usageError(`${flag} is ${JSON.stringify(text)}: write a whole number from ${min} to ${max}`);
}
