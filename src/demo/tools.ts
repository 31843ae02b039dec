import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, type FSWatcher, openSync, watch } from 'node:fs';
import { constants } from 'node:os';
import { dirname, resolve } from 'node:path';
import { ReadStream } from 'node:tty';

const OUTPUT_CHARACTERS = 64 * 1024;
const POLL_MS = 200;

/** Runs a shell command as a session leader, as the tools of real agents are: no signal to our group reaches it. */
export function runCommand(command: string): Promise<{ readonly exitCode: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (text: string): void => {
      output = (output + text).slice(-OUTPUT_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), output });
    });
  });
}

/** Starts a shell command that outlives us, in a session of its own, and gives its pid. */
export function forkCommand(command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn('/bin/sh', ['-c', command], { detached: true, stdio: 'ignore' });
    child.on('error', reject);
    child.on('spawn', () => {
      child.unref();
      resolve(child.pid ?? 0);
    });
  });
}

/** Settles when a file is there. */
export function untilExists(file: string): Promise<void> {
  return new Promise((done) => {
    let watcher: FSWatcher | undefined;
    const look = (): void => {
      if (!existsSync(file)) return;
      clearInterval(timer);
      watcher?.close();
      done();
    };
    const timer = setInterval(look, POLL_MS);
    try {
      watcher = watch(dirname(resolve(file)), look).on('error', () => undefined); // the timer alone finds it too
    } catch {
      // no such directory yet, or no watches left: the timer alone finds it too
    }
    look();
  });
}

/** Reads one line from the terminal, whatever stdin is. Throws where there is no terminal. */
export function readTerminalLine(): Promise<string> {
  const terminal = new ReadStream(openSync('/dev/tty', 'r'));
  return new Promise((resolve, reject) => {
    let text = '';
    terminal.setEncoding('utf8');
    terminal.on('error', reject);
    terminal.on('data', (more: string) => {
      text += more;
      const [line, ...rest] = text.split('\n');
      if (line === undefined || rest.length === 0) return;
      terminal.destroy();
      resolve(line);
    });
  });
}
