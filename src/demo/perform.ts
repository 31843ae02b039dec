import { appendFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { emit, printLine } from './events.ts';
import type { Action } from './script.ts';
import { forkCommand, readTerminalLine, runCommand, untilExists } from './tools.ts';

/** What an action may need to know of the conversation. */
export interface Scene {
  /** Names this step in events. */
  readonly id: string;
  readonly readOnly: boolean;
  /** Records and prints the final event of a good end. */
  readonly finish: () => Promise<void>;
}

const SPEW_LINE = 'kelp '.repeat(13_000); // 65 kB
const FOREVER_MS = 2 ** 31 - 1;

/** Does one action; gives the exit code where the action ends the process, else `undefined`. */
export async function perform(action: Action, scene: Scene): Promise<number | undefined> {
  switch (action.do) {
    case 'say':
      return say(action.text);
    case 'marker':
      return say('A line that is only text: __TASK_DONE__');
    case 'ask':
      await emit({ type: 'ask', question: action.text });
      return say(`You answered: ${await readTerminalLine()}`);
    case 'request':
      return await request(action.command, scene.id);
    case 'retry':
      return void (await emit({ type: 'retry', message: action.text }));
    case 'print-raw':
      return void (await printLine(action.text));
    case 'spew':
      for (let left = action.megabytes * 1e6; left > 0; left -= SPEW_LINE.length) {
        await emit({ type: 'message', text: SPEW_LINE.slice(0, left) });
      }
      return;
    case 'run':
      return scene.readOnly ? deny('command', action.command) : command(action.command, scene.id);
    case 'fork':
      return scene.readOnly ? deny('command', action.command) : fork(action.command, scene.id);
    case 'touch':
      return scene.readOnly
        ? deny('edit', action.file)
        : edit(action.file, scene.id, () => appendFileSync(action.file, ''));
    case 'write':
      return scene.readOnly
        ? deny('edit', action.file)
        : edit(action.file, scene.id, () => writeFileSync(action.file, `${action.text}\n`));
    case 'sleep':
      return void (await sleep(action.ms));
    case 'wait':
      return untilExists(action.file).then(() => undefined);
    case 'ignore-term':
      process.on('SIGTERM', () => undefined);
      return;
    case 'exit':
      return action.code;
    case 'die':
      process.kill(process.pid, action.signal);
      return void (await sleep(1000)); // where the signal was ignored, or only stopped us, life goes on
    case 'fail':
      return fail(`${action.kind}: the script asked for this failure`, action.resetInSeconds);
    case 'listen':
      process.stdout.write('> ');
      return say(`You said: ${await readTerminalLine()}`);
    case 'hang':
      return void (await sleep(FOREVER_MS));
    case 'block':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      return;
    case 'final-then-hang':
      await scene.finish();
      return void (await sleep(FOREVER_MS));
    case 'nonsense':
      return fail(`"${action.line}" is not a directive of the demo agent`);
    default:
      return action satisfies never;
  }
}

/** Says that the turn has failed; the exit code of that. */
async function fail(message: string, resetInSeconds?: number): Promise<number> {
  const resetAt = resetInSeconds === undefined ? {} : { resetAt: Date.now() + resetInSeconds * 1000 };
  await emit({ type: 'result', ok: false, error: { message, ...resetAt } });
  return 1;
}

async function say(text: string): Promise<undefined> {
  await emit({ type: 'message', text });
  await think(text);
}

async function command(text: string, id: string): Promise<undefined> {
  await emit({ type: 'command-started', id, command: text });
  const { exitCode, output } = await runCommand(text);
  await emit({ type: 'command-ended', id, command: text, exitCode, output });
  await think(text + output);
}

/** Runs a command if it may. */
async function request(text: string, id: string): Promise<undefined> {
  await emit({ type: 'ask', question: `May I run: ${text}`, command: text });
  return /^y/i.test(await readTerminalLine()) ? await command(text, id) : await deny('command', text);
}

async function fork(text: string, id: string): Promise<undefined> {
  await emit({ type: 'command-started', id, command: text });
  const pid = await forkCommand(text);
  await emit({ type: 'command-ended', id, command: text, exitCode: 0, output: `in the background, pid ${pid}` });
}

async function edit(path: string, id: string, write: () => void): Promise<undefined> {
  write();
  await emit({ type: 'edit', id, path });
}

const deny = async (tool: string, what: string): Promise<undefined> =>
  void (await emit({ type: 'denied', tool, what }));

/** Tokens that a model might have taken for it. */
const think = (text: string): Promise<void> =>
  emit({ type: 'usage', input: 1000 + text.length, output: 20 + Math.ceil(text.length / 4) });
