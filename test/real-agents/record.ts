import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TaskDetail } from '../../src/protocol/methods.ts';
import { fileOf } from '../e2e/rig.ts';
import type { RealAgent } from './home.ts';

/** With `HOLDFAST_RECORD_TO=DIR` the events and the standard error of each cell's first life are kept there, as fixtures: without the paths of this machine. */
export function record(agent: RealAgent, what: string, task: TaskDetail, attempt: number, paths: Paths): void {
  const directory = process.env.HOLDFAST_RECORD_TO;
  if (directory === undefined) return;
  mkdirSync(join(directory, agent), { recursive: true });
  for (const [file, ending] of [
    ['events.jsonl', 'jsonl'],
    ['stderr.log', 'stderr'],
  ] as const) {
    const text = neutral(readFileSync(fileOf(task, attempt, file), 'utf8'), paths);
    if (text !== '') writeFileSync(join(directory, agent, `${what.replaceAll(/[^a-z0-9]+/gi, '-')}.${ending}`), text);
  }
}

interface Paths {
  readonly work: string;
  readonly home: string;
}

/** claude names a directory after the working directory, with a dash for all that is no letter or number. */
const neutral = (text: string, { work, home }: Paths): string =>
  text
    .replaceAll(work, '/work/project')
    .replaceAll(work.replaceAll(/[^A-Za-z0-9]/g, '-'), '-work-project')
    .replaceAll(home, '/home/me')
    .replaceAll(homedir(), '/home/me')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:4010');
