import type { TaskFacts } from './notice.ts';
import type { NoticeKind } from './notice-kind.ts';
import { spanText } from './span.ts';

/** What a sentence is made of. */
type Facts = Omit<TaskFacts, 'labels'> & { readonly cause: string; readonly at: number; readonly resumeAt?: number };

/** A notice in one line for a person. The cause may be the agent's own words, in one line already. */
export function sentenceOf(kind: NoticeKind, facts: Facts): string {
  const { name, agent, cause, attempt, maxAttempts } = facts;
  const because = cause === '' ? '' : `: ${cause}`;
  const afresh = facts.launch === 'fresh' && attempt > 1;
  switch (kind) {
    case 'started':
      return `🚀 ${name} has started${afresh ? ' afresh' : ''} (${agent} in ${facts.cwd})${because}`;
    case 'heartbeat':
      return `📡 ${name}${because}`;
    case 'progress':
      return `📍 ${name}${because}`;
    case 'waiting-input':
      return `❓ ${name} asks${because}`;
    case 'answered':
      return `🤖 ${name} asked and was answered by its rules${because}`;
    case 'stalled':
      return `🔇 ${name} has fallen silent${because}`;
    case 'crashed':
      return `💥 ${name} crashed${because}; ${resumes(facts)}`;
    case 'resumed':
      return afresh
        ? `🔁 ${name} begins afresh (attempt ${attempt} of ${maxAttempts})${because}`
        : `🔁 ${name} goes on (attempt ${attempt} of ${maxAttempts})${cause === '' ? '' : ` after: ${cause}`}`;
    case 'rate-limited':
      return `⏳ ${name} waits for its provider${until(facts)}${because}`;
    case 'timeout':
      return `⏰ ${name} has used up its time${because}`;
    case 'finished':
      return `✅ ${name} is done (${agent}, ${counted(attempt)}, ${spanText(facts.ranMs)})`;
    case 'failed':
      return `❌ ${name} failed${because}`;
    case 'gave-up':
      return `🛑 ${name} was given up${because}`;
    case 'cancelled':
      return `⏹ ${name} was cancelled${because}`;
    case 'daemon-recovered':
      return `🛟 ${name} is supervised again${because}`;
    default:
      return kind satisfies never;
  }
}

function resumes({ at, resumeAt = at }: Facts): string {
  return resumeAt <= at ? 'it is resumed at once' : `it is resumed in ${spanText(resumeAt - at)}`;
}

const until = ({ resumeAt }: Facts): string =>
  resumeAt === undefined ? '' : ` until ${new Date(resumeAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const counted = (attempts: number): string => (attempts === 1 ? '1 attempt' : `${attempts} attempts`);
