import { join } from 'node:path';
import type { Notice, ResultFacts } from '../../domain/notice.ts';
import { plainText } from '../../domain/plain-text.ts';
import { readHead } from '../../system/files.ts';

const GOAL_BYTES = 2000;
const GOAL = 300;
const RESULT_BYTES = 32_768;
const EXCERPT = 4000;
/** What stands above the agent's words in `result.md`; what it writes below that is never read as ours. */
const HEADING = /\n## What [^\n]* said last\n\n/;

/** Adds what only the task's files know: the goal, and at the end what it came to. A notice does without what cannot be read. */
export async function withFacts(notice: Notice, dir: string, unread: (error: unknown) => void): Promise<Notice> {
  const headOf: typeof readHead = (path, most) =>
    readHead(path, most).catch((error: unknown) => {
      unread(error);
      return { text: '', bytes: 0 };
    });
  const goal = plainText((await headOf(join(dir, 'prompt.md'), GOAL_BYTES)).text).trim();
  const described = goal === '' ? notice : { ...notice, goal: [...goal].slice(0, GOAL).join('') };
  if (!notice.task.over) return described;
  const file = join(dir, 'result.md');
  const { text, bytes } = await headOf(file, RESULT_BYTES);
  return bytes === 0 ? described : { ...described, result: { file, bytes, ...resultIn(text) } };
}

/** What `result.md` says, in few words. */
export function resultIn(text: string): Pick<ResultFacts, 'changed' | 'checks' | 'excerpt'> {
  const [head = '', ...words] = text.split(HEADING);
  const changed = [...head.matchAll(/^ *(\d+ files? changed.*)$/gm)].at(-1)?.[1];
  const checks = /## Commands that looked like tests\n\n((?:- .*\n?)+)/.exec(head)?.[1]?.trim().split('\n') ?? [];
  return {
    ...(changed === undefined ? {} : { changed }),
    ...(checks.length === 0 ? {} : { checks: checksText(checks) }),
    excerpt: [...plainText(words.join('\n'))].slice(0, EXCERPT).join('').trim(),
  };
}

/** That some failed is said first; that all are well only where their agent told so of each. */
function checksText(checks: readonly string[]): string {
  const failed = checks.filter((line) => /: (?:failed|exit (?!0$)-?\d+)$/.test(line)).length;
  if (failed > 0) return `${failed} of ${checks.length} failed`;
  const untold = checks.filter((line) => line.endsWith(' not told')).length;
  return untold > 0 ? `${checks.length} ended, the exit code of ${untold} was not told` : `${checks.length} ok`;
}
