import type { AgentEvent } from '../../domain/event.ts';
import { plainText } from '../../domain/plain-text.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { isoTimes } from '../../protocol/iso-times.ts';
import type { Result } from '../../protocol/methods.ts';
import { patiently } from '../../protocol/patient.ts';
import { defineCommand, oneTask } from '../command.ts';
import type { Context } from '../context.ts';
import { parseCount } from '../numbers.ts';
import { taskWord, text, toggle } from '../options.ts';
import type { Output } from '../output.ts';

interface Args {
  readonly task: string;
  readonly follow: boolean;
  readonly lines: string;
  readonly attempt?: string | undefined;
  readonly raw: boolean;
  readonly screen: boolean;
}
type Entry = Result<'logs'>['entries'][number];

const LINES = '200';
const WAIT_MS = 30_000;

/** `holdfast logs` */
export const logs = defineCommand({
  command: 'logs <task>',
  describe: 'what the agent did',
  builder: (yargs) =>
    yargs
      .positional('task', taskWord)
      .option('follow', { ...toggle('go on until the task is over'), alias: 'f' })
      .option('lines', { ...text('how many of the last events', 'N'), alias: 'n', default: LINES })
      .option('attempt', text('only this attempt', 'N'))
      .option('raw', toggle("the agent's own lines"))
      .option('screen', toggle('the screen of its session, also after the end'))
      .example('$0 logs fix-login -f', 'watch it work')
      .example('$0 logs fix-login --json', 'one JSON document per event'),
  words: (words) => {
    const task = oneTask(words);
    return task && { ...task, follow: false, lines: LINES, raw: false, screen: false };
  },
  async handler({ task, follow, lines, attempt, raw, screen }: Args, context) {
    const question = {
      task,
      raw,
      screen,
      lines: parseCount(lines, { flag: '--lines', min: 0, max: 100_000 }),
      ...(attempt === undefined ? {} : { attempt: parseCount(attempt, { flag: '--attempt', min: 1, max: 1_000_000 }) }),
    };
    const print = await printer(context.output);
    const daemon = await patiently({ reach: context.returnedDaemon, say: context.output.say });
    let answer = await daemon.ask('logs', question);
    if (answer.screen !== undefined) return showScreen(answer.screen, context.output);
    print(answer.entries);
    while (answer.more || (follow && !answer.over)) {
      answer = await daemon.ask('logs', { ...question, after: answer.cursor, waitMs: follow ? WAIT_MS : 0 });
      print(answer.entries);
    }
    return EXIT.ok;
  },
});

function showScreen(screen: string, output: Output): number {
  if (output.json) output.document({ screen });
  else output.print(output.width === undefined ? screen : plainText(screen));
  return EXIT.ok;
}

async function printer(output: Context['output']): Promise<(entries: readonly Entry[]) => void> {
  if (output.json) {
    return (entries) => {
      for (const entry of entries) output.document(isoTimes(entry));
    };
  }
  const render = await reader(output);
  let attempt: number | undefined;
  return (entries) => {
    const text = entries.flatMap((entry) => {
      const turned = attempt !== undefined && entry.attempt !== attempt && entry.raw === undefined;
      attempt = entry.attempt;
      return [...(turned ? [output.paint('dim', `── attempt ${attempt} ──`)] : []), ...render(entry)];
    });
    if (text.length > 0) output.print(`${text.join('\n')}\n`);
  };
}

async function reader({ color, width }: Output): Promise<(entry: Entry) => readonly string[]> {
  const { narrator } = await import('../../domain/narrator.ts');
  const tell = narrator({ color, ...(width === undefined ? {} : { width }) });
  return ({ raw, event }) => {
    // A terminal would act on what is in the line; a file or a program gets it byte for byte.
    if (raw !== undefined) return [width === undefined ? raw : plainText(raw)];
    return isEvent(event) ? tell(event) : [];
  };
}

/** The daemon sends its own reading of an event; only a daemon of another version could send what we do not know. */
const isEvent = (event: unknown): event is AgentEvent => typeof event === 'object' && event !== null && 'type' in event;
