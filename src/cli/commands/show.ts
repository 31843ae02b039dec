import { deniedText, tokensTold } from '../../domain/amount.ts';
import { plainText } from '../../domain/plain-text.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { TaskDetail } from '../../protocol/methods.ts';
import { activityLine } from '../activity-text.ts';
import { defineCommand, oneTask } from '../command.ts';
import { formatDuration } from '../duration.ts';
import { taskWord, text, toggle } from '../options.ts';
import type { Output } from '../output.ts';
import { type Cell, table } from '../table.ts';
import { markedState, nextText, since } from '../task-text.ts';

interface Args {
  readonly task: string;
  readonly result: boolean;
  readonly output?: string | undefined;
}

/** `holdfast show` */
export const show = defineCommand({
  command: 'show <task>',
  describe: 'everything about one task',
  builder: (yargs) =>
    yargs
      .positional('task', taskWord)
      .option('result', toggle('only what came of it, as in result.md'))
      .option('output', text('write that to a file, as it is; a new one is readable by you alone', 'FILE'))
      .example('$0 show fix-login', '')
      .example('$0 show fix-login --result --output result.md', ''),
  words: (words) => {
    const task = oneTask(words);
    return task && { ...task, result: false };
  },
  async handler({ task: selector, result, output: file }: Args, { daemon, output }) {
    const { task } = await (await daemon()).call('show', { task: selector });
    if (result || file !== undefined) return await showResult(task, file, output);
    if (output.json) output.document({ task });
    else output.print(block(task, Date.now(), output));
    return EXIT.ok;
  },
});

async function showResult(
  { name, verdict, resultFile }: TaskDetail,
  file: string | undefined,
  output: Output,
): Promise<number> {
  if (!verdict)
    throw new Refusal(EXIT.wrongState, `${name} is not over: its result comes with the end, see holdfast wait ${name}`);
  const { readFile, writeFile } = await import('node:fs/promises');
  const result = await readFile(resultFile, 'utf8').catch((cause: Error) => {
    throw new Refusal(EXIT.error, `the result of ${name} cannot be read: ${cause.message}`, { cause });
  });
  if (file !== undefined) {
    // Not copyFile: it gives whatever is there the mode of the result, and removes it where the copy fails (Node 20): /dev/null, as root.
    await writeFile(file, result, { mode: 0o600 }).catch((cause: Error) => {
      throw new Refusal(EXIT.cannotWrite, `the result cannot be written: ${cause.message}`, { cause });
    });
  } else if (output.json) output.document({ result });
  else output.print(plainText(result));
  return EXIT.ok;
}

function block(task: TaskDetail, now: number, output: Output): string {
  const { tokens, budget, prompt } = task;
  const lines: readonly (readonly [string, Cell | string | undefined])[] = [
    ['task', task.id],
    ['state', markedState(task, output)],
    ['', task.summary],
    ['activity', activityLine(task, now)],
    ['asks', task.question && [task.question.text, task.question.choices.join('/')].filter(Boolean).join(' ')],
    ['for', since(task.since, now)],
    ['next', nextText(task, now)],
    ['agent', [task.agent, task.model].filter(Boolean).join(', ')],
    ['permissions', task.permissions],
    ['driver', task.driver],
    ['directory', task.cwd],
    ['labels', task.labels.join(', ')],
    ['environment', task.environment.join(', ')],
    ['attempt', `${task.attempt} of ${task.maxAttempts}`],
    ['budget', `${formatDuration(seconds(budget.spentMs))} of ${formatDuration(budget.ms)} spent`],
    ['follow-ups', followUpsText(task)],
    ['conversation', task.conversation],
    ['prompt', `${prompt.bytes} bytes, sha256 ${prompt.sha256.slice(0, 12)}`],
    ['used', used(task)],
    ['tokens', `${tokensTold(tokens)}${task.costUsd === undefined ? '' : `, $${task.costUsd.toFixed(2)}`}`],
    ['files', task.directory],
    ['result', task.verdict && task.resultFile],
    ['watch', task.sessionGone ? '' : task.attachCommand],
  ];
  const told = lines.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[dim(name), value]]));
  return [
    table(told),
    titled('attempts', task.attempts.length > 0 ? table(attempts(task, now), output.width) : undefined),
    titled('evidence', task.verdict?.evidence.map((line) => `- ${plainText(line)}\n`).join('')),
    titled('last message', task.lastMessage && `${plainText(task.lastMessage).trimEnd()}\n`),
  ].join('');

  function dim(text: string): Cell {
    return { text, paint: (name) => output.paint('dim', name) };
  }

  function titled(title: string, text: string | undefined): string {
    return text ? `\n${output.paint('bold', title)}\n${text}` : '';
  }
}

const attempts = (task: TaskDetail, now: number): string[][] =>
  task.attempts.map(({ attempt, kind, startedAt, endedAt, exitStatus, cause }) => [
    String(attempt),
    kind ?? '',
    startedAt ? `for ${since(startedAt, endedAt === undefined ? now : Date.parse(endedAt))}` : 'never started',
    exitStatus === undefined ? '' : `exit ${exitStatus}`,
    cause ?? '',
  ]);

const followUpsText = ({ followUps: { used: times, most } }: TaskDetail): string | undefined =>
  most === undefined ? undefined : `${times} of ${most}`;

const used = ({ tools, denied, deniedIsLeast }: TaskDetail): string =>
  `${tools} ${tools === 1 ? 'tool' : 'tools'}${denied > 0 ? `, ${deniedText(denied, deniedIsLeast)} denied` : ''}`;

const seconds = (ms: number): number => Math.floor(ms / 1_000) * 1_000;
