import { EXIT } from '../../protocol/exit-codes.ts';
import { table } from '../table.ts';
import { environment } from './environment.ts';
import { exitCodes } from './exit-codes.ts';
import { files } from './files.ts';
import { states } from './states.ts';

/** A topic: rows of a word and what it means, and where it is told in full. */
interface Topic {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}

const codes = Object.entries(exitCodes).map(([name, says]): readonly [string, string] => {
  const code = Object.entries(EXIT).find(([each]) => each === name)?.[1];
  return [String(code), says];
});

/** What `holdfast help TOPIC` tells of beside the commands. */
export const topics: Readonly<Record<string, Topic>> = {
  'exit-codes': {
    title:
      'Exit codes. "wait" and "start --wait" answer with that of the task: its agent\'s own, or one of 124 to 130.',
    rows: codes,
  },
  states: {
    title: 'The states of a task. "holdfast explain TASK" shows the evidence behind one.',
    rows: Object.entries(states),
  },
  environment: { title: 'Variables.', rows: Object.entries(environment) },
  files: { title: 'Files, in the state directory (~/.local/state/holdfast).', rows: Object.entries(files) },
};

export const topicNames: readonly string[] = Object.keys(topics);

/** A topic as text; nothing where there is none of this name. */
export function topicText(name: string): string | undefined {
  const topic = Object.hasOwn(topics, name) ? topics[name] : undefined;
  return topic && `${topic.title}\n\n${table(topic.rows.map(([word, says]) => [`  ${word}`, says]))}`;
}
