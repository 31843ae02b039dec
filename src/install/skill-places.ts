import { agents } from '../agents/index.ts';
import { sharedSkills } from '../agents/skills.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A program that reads skills, and so can hand tasks over. */
export interface Reader {
  readonly id: string;
  readonly bin: string;
  /** Where it looks for the skills of a user. */
  readonly skills: (env: Environment) => string;
}

/** Where a skill is to lie, and who reads it there. */
export interface SkillPlace {
  readonly directory: string;
  readonly readers: readonly string[];
}

/** OpenClaw runs no task of ours and reads the common folder too (2026.9.6). */
const openclaw: Reader = { id: 'openclaw', bin: 'openclaw', skills: sharedSkills };

/** Every program that we know to read skills. */
export const readers: readonly Reader[] = [
  openclaw,
  ...agents.flatMap(({ id, bin, skills }) => (typeof bin === 'string' && skills ? [{ id, bin, skills }] : [])),
];

/** The folders in which these look for a skill of this name; several share one. */
export function placesOf(chosen: readonly Reader[], name: string, env: Environment): readonly SkillPlace[] {
  const directories = new Map<string, readonly string[]>();
  for (const { id, skills } of chosen) {
    const directory = `${skills(env)}/${name}`;
    directories.set(directory, [...new Set([...(directories.get(directory) ?? []), id])]);
  }
  return [...directories].map(([directory, those]) => ({ directory, readers: those }));
}
