import { createHash } from 'node:crypto';
import { drawInsteadOf, emit } from './events.ts';
import { type Invocation, readInvocation, UsageError } from './invocation.ts';
import { type Entry, type Memory, recall } from './memory.ts';
import { perform } from './perform.ts';
import { parseScript, type Step } from './script.ts';
import { readTerminalLine } from './tools.ts';
import {
  continueTranscript,
  createTranscript,
  dataDirectory,
  readTranscript,
  type Transcript,
  transcriptFile,
} from './transcript.ts';
import { becomeWriter } from './writer.ts';

/** A coding agent for demonstrations and tests: it does what the `@` lines of its first prompt say, through any death. */
async function main(args: readonly string[]): Promise<number> {
  const invocation = readInvocation(args);
  if (invocation.command === 'version') {
    process.stdout.write('demo 1\n');
    return 0;
  }
  if (invocation.tui) drawInsteadOf(process.env.HOLDFAST_EVENTS ?? '/dev/null');
  const conversation = await open(invocation);
  await emit({
    type: 'init',
    conversation: invocation.conversation,
    turn: conversation.memory.turns,
    cwd: process.cwd(),
    permissions: invocation.permissions,
    ...(invocation.model === undefined ? {} : { model: invocation.model }),
  });
  const exitCode = await work(conversation, invocation.permissions === 'read-only');
  return invocation.tui ? await converse() : exitCode;
}

/** At its prompt, as programs for people are, whatever became of the turn; `/exit` ends it. */
async function converse(): Promise<number> {
  for (;;) {
    process.stdout.write('> ');
    const line = await readTerminalLine();
    if (line === '/exit') return 0;
    await emit({ type: 'message', text: `You said: ${line}` });
    await emit({ type: 'result', ok: true, summary: 'That was all.', promptSha256: '', turns: 0 });
  }
}

interface Conversation {
  readonly memory: Memory;
  readonly transcript: Transcript;
}

/** Finds or makes the conversation and records the prompt, before anything else is done or said. */
async function open({ command, conversation: id }: Exclude<Invocation, { command: 'version' }>): Promise<Conversation> {
  const directory = dataDirectory(process.env);
  const file = transcriptFile(directory, id);
  const prompt = await readPrompt();
  if (command === 'resume' && recall(readTranscript(file) ?? '') === undefined)
    throw new Error(`no conversation ${id}`);
  if (!becomeWriter(`${directory}/writers`, id)) throw new Error(`conversation ${id} has an active writer`);
  const before = readTranscript(file); // read again: a writer that has just ended may have added to it
  if (command === 'run' && before !== undefined) throw new Error(`conversation ${id} exists already: resume it`);
  const first: Entry = { type: 'conversation', id, cwd: process.cwd(), at: prompt.at };
  const transcript = before === undefined ? createTranscript(file, [first, prompt]) : continueTranscript(file);
  if (before !== undefined) transcript.append(prompt);
  const memory = recall(readTranscript(file) ?? '');
  if (memory === undefined) throw new Error(`no conversation ${id}`);
  return { memory, transcript };
}

async function readPrompt(): Promise<Extract<Entry, { type: 'prompt' }>> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { type: 'prompt', sha256, bytes: bytes.length, text: bytes.toString('utf8'), at: now() };
}

async function work({ memory, transcript }: Conversation, readOnly: boolean): Promise<number> {
  const steps = parseScript(memory.prompt.text);
  await tellOfTheLifeBefore(memory, steps);
  const finish = async (): Promise<void> => {
    transcript.append({ type: 'turn-ended', at: now() });
    const summary = `Done: ${count(steps.length, 'step')} in ${count(memory.turns, 'turn')}.`;
    await emit({ type: 'message', text: summary });
    await emit({ type: 'result', ok: true, summary, promptSha256: memory.prompt.sha256, turns: memory.turns });
  };
  for (const [index, { once, action }] of steps.entries()) {
    if (memory.done.has(index)) continue;
    transcript.append({ type: once ? 'step-done' : 'step-started', index });
    const exitCode = await perform(action, { id: `${memory.turns}.${index + 1}`, readOnly, finish });
    if (exitCode !== undefined) return exitCode;
    if (!once) transcript.append({ type: 'step-done', index });
  }
  await finish();
  return 0;
}

async function tellOfTheLifeBefore({ turns, done, inFlight }: Memory, steps: readonly Step[]): Promise<void> {
  if (turns === 1) return;
  const action = inFlight === undefined ? undefined : steps[inFlight]?.action;
  if (action?.do === 'run') {
    await emit({ type: 'command-interrupted', id: `${turns}.${inFlight}`, command: action.command });
  }
  await emit({ type: 'message', text: `I go on: ${done.size} of ${count(steps.length, 'step')} done.` });
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

const now = (): string => new Date().toISOString();

process.stdout.on('error', () => process.exit(1)); // the reader has gone: nobody is left to be told

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
