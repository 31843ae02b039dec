import { join } from 'node:path';
import type { Notice } from '../../domain/notice.ts';
import { plainText } from '../../domain/plain-text.ts';
import { readHead } from '../../system/files.ts';

const GOAL_BYTES = 2000;
const GOAL = 300;
const RESULT_BYTES = 32_768;
const EXCERPT = 4000;
/** What `result.md` has above the agent's words. */
const HEAD_END = '\n---\n\n';

/** Adds what only the task's files know: the goal, and at the end the agent's words. */
export async function withFacts(notice: Notice, dir: string): Promise<Notice> {
  const goal = plainText((await readHead(join(dir, 'prompt.md'), GOAL_BYTES)).text).trim();
  const described = goal === '' ? notice : { ...notice, goal: [...goal].slice(0, GOAL).join('') };
  if (!notice.task.over) return described;
  const file = join(dir, 'result.md');
  const { text, bytes } = await readHead(file, RESULT_BYTES);
  const excerpt = [...plainText(text.slice(text.indexOf(HEAD_END) + HEAD_END.length))]
    .slice(0, EXCERPT)
    .join('')
    .trim();
  return bytes === 0 ? described : { ...described, result: { file, bytes, excerpt } };
}
