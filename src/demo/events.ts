import { appendFileSync } from 'node:fs';

/** What the demo agent prints, one JSON object a line. */
export type DemoEvent =
  | {
      readonly type: 'init';
      readonly conversation: string;
      readonly turn: number;
      readonly cwd: string;
      readonly permissions: string;
      readonly model?: string;
    }
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'command-started'; readonly id: string; readonly command: string }
  | {
      readonly type: 'command-ended';
      readonly id: string;
      readonly command: string;
      readonly exitCode: number;
      readonly output: string;
    }
  /** The life before this one ended inside this command; it is run again. */
  | { readonly type: 'command-interrupted'; readonly id: string; readonly command: string }
  | { readonly type: 'edit'; readonly id: string; readonly path: string }
  | { readonly type: 'denied'; readonly tool: string; readonly what: string }
  | { readonly type: 'usage'; readonly input: number; readonly output: number }
  | { readonly type: 'retry'; readonly message: string }
  /** `command`: may it be run? */
  | { readonly type: 'ask'; readonly question: string; readonly command?: string }
  | {
      readonly type: 'result';
      readonly ok: true;
      readonly summary: string;
      readonly promptSha256: string;
      readonly turns: number;
    }
  | {
      readonly type: 'result';
      readonly ok: false;
      readonly error: { readonly message: string; readonly resetAt?: number };
    };

/** Tells one event; settles when the line has left this process, so that a death right after cannot lose it. */
export async function emit(event: DemoEvent): Promise<void> {
  const line = JSON.stringify(event);
  if (!eventsFile) return await printLine(line);
  appendFileSync(eventsFile, `${line}\n`);
  const text = drawn(event);
  if (text !== undefined) await printLine(text);
}

let eventsFile = '';

/** From now on events go to this file, and a line for a person to the terminal. */
export const drawInsteadOf = (file: string): void => {
  eventsFile = file;
};

/** What a person is shown of an event. */
function drawn(event: DemoEvent): string | undefined {
  switch (event.type) {
    case 'message':
      return event.text;
    case 'command-started':
      return `$ ${event.command}`;
    case 'command-ended':
      return event.output.trimEnd();
    case 'ask':
      return `? ${event.question}`;
    case 'result':
      return event.ok ? undefined : `! ${event.error.message}`;
    default:
      return undefined;
  }
}

/** Prints one line as it is, with the same promise. */
export const printLine = (line: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
  });
