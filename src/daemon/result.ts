import { join } from 'node:path';
import { deniedText, tokensTold } from '../domain/amount.ts';
import type { Check } from '../domain/check.ts';
import { isFinal } from '../domain/task.ts';
import { usedBy } from '../domain/usage.ts';
import { attemptFiles } from '../drivers/attempt.ts';
import { readTailNow, writeDurably } from '../system/files.ts';
import { changesSince } from '../system/git.ts';
import type { Held } from './held.ts';
import { checksOf, lastMessageOf } from './told.ts';

const STDERR_BYTES = 4096;
const MINUTE = 60_000;

/** Writes `result.md`: always there at the end, with the agent's last message or what stood in for it, and what the work came to. */
export async function writeResult(held: Held, env: Readonly<Record<string, string>>, at: number): Promise<void> {
  const { spec, task, dir } = held;
  if (!isFinal(task.phase)) return;
  const [tested, said] = [await checksOf(held), await lastMessageOf(held)];
  const changes = spec.gitHead && (await changesSince(spec.cwd, env, spec.gitHead));
  const sections = [
    `# ${spec.name}: ${task.phase.state}`,
    task.phase.why,
    factsOf(held, { spoke: said?.attempt ?? task.attempt, tested: tested.attempt }, at),
    ...(changes ? [`## Files changed\n\n${fenced(changes)}`] : []),
    ...(tested.checks.length > 0
      ? [`## Commands that looked like tests\n\n${tested.checks.map(checkText).join('\n')}`]
      : []),
    `## What ${spec.agent} said last`,
    said?.text ?? (await complaintsOf(held)),
  ];
  await writeDurably(join(dir, 'result.md'), `${sections.join('\n\n')}\n`);
}

/** The last words on the standard error, of the newest attempt that has any: the reasons of an agent that said nothing at all. */
async function complaintsOf({ dir, task }: Held): Promise<string> {
  for (let attempt = task.attempt; attempt > 0; attempt--) {
    const stderr = readTailNow(attemptFiles(dir, attempt).stderr, STDERR_BYTES).trim();
    if (stderr) return fenced(stderr);
  }
  return '(no output captured)';
}

/** Numbers are those of all attempts together. */
function factsOf(
  { spec, task, agent }: Held,
  { spoke, tested }: { readonly spoke: number; readonly tested: number },
  at: number,
): string {
  const { tools, tokens, costUsd, workedMs } = usedBy(task.used);
  const facts = [
    `attempts: ${task.attempt}`,
    `minutes: ${minutes(at - spec.createdAt)}, at work for ${minutes(workedMs)} of them`,
    `tool calls: ${tools}${task.denied > 0 ? `, ${deniedText(task.denied, agent.deniesUntold)} denied` : ''}`,
    `tokens: ${tokensTold(tokens)}`,
    ...(costUsd === undefined ? [] : [`cost: $${costUsd.toFixed(4)}`]),
    ...(spoke === task.attempt ? [] : [`last message: of attempt ${spoke}, what came after it said nothing`]),
    ...(tested === task.attempt ? [] : [`tests: of attempt ${tested}, what came after it ran none`]),
  ];
  return facts.map((fact) => `- ${fact}`).join('\n');
}

const minutes = (ms: number): number => Math.round(ms / MINUTE);

const checkText = (check: Check): string =>
  `- \`${check.what.replaceAll('`', "'").split('\n', 1)[0]?.slice(0, 200)}\`: ${endText(check)}`;

function endText({ ok, exitCode, untold }: Check): string {
  if (exitCode !== undefined) return `exit ${exitCode}`;
  return untold ? 'ended, its exit code was not told' : ok ? 'ok' : 'failed';
}

/** A fence longer than any within. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
