import { join } from 'node:path';
import { noProgress, type Progress } from '../domain/progress.ts';
import { isFinal } from '../domain/task.ts';
import { attemptFiles } from '../drivers/attempt.ts';
import { readTail, writeDurably } from '../system/files.ts';
import { changesSince } from '../system/git.ts';
import type { Held } from './held.ts';

const STDERR_BYTES = 4096;
const MINUTE = 60_000;

/** Writes `result.md`: always there at the end, with the agent's last message or what stood in for it, and what the work came to. */
export async function writeResult(held: Held, env: Readonly<Record<string, string>>, at: number): Promise<void> {
  const { spec, task, dir, seen } = held;
  if (!isFinal(task.phase)) return;
  const progress = seen?.progress ?? noProgress;
  const changes = spec.gitHead && (await changesSince(spec.cwd, env, spec.gitHead));
  const sections = [
    `# ${spec.name}: ${task.phase.state}`,
    task.phase.why,
    factsOf(held, progress, at),
    ...(changes ? [`## Files changed\n\n${fenced(changes)}`] : []),
    ...(progress.checks.length > 0
      ? [`## Commands that looked like tests\n\n${progress.checks.map(checkText).join('\n')}`]
      : []),
    `## What ${spec.agent} said last`,
    await lastWords(dir, task.attempt, progress),
  ];
  await writeDurably(join(dir, 'result.md'), `${sections.join('\n\n')}\n`);
}

async function lastWords(dir: string, attempt: number, { lastMessage }: Progress): Promise<string> {
  const said = lastMessage?.trim();
  if (said) return said;
  const stderr = (await readTail(attemptFiles(dir, attempt).stderr, STDERR_BYTES)).trim();
  return stderr ? fenced(stderr) : '(no output captured)';
}

function factsOf({ spec, task }: Held, { tools, tokens, costUsd }: Progress, at: number): string {
  const minutes = Math.round((at - spec.createdAt) / MINUTE);
  const facts = [
    `attempts: ${task.attempt}`,
    `minutes: ${minutes}`,
    `tool calls of the last attempt: ${tools}${task.denied > 0 ? `, ${task.denied} denied` : ''}`,
    `tokens of the last attempt: ${tokens.input} in, ${tokens.output} out`,
    ...(costUsd === undefined ? [] : [`cost: $${costUsd.toFixed(4)}`]),
  ];
  return facts.map((fact) => `- ${fact}`).join('\n');
}

const checkText = ({ what, ok, exitCode }: Progress['checks'][number]): string =>
  `- \`${what.replaceAll('`', "'").split('\n', 1)[0]?.slice(0, 200)}\`: ${exitCode === undefined ? (ok ? 'ok' : 'failed') : `exit ${exitCode}`}`;

/** A fence longer than any within. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
