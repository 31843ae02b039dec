import type { FailureKind } from '../../../src/domain/event.ts';
import type { TaskDetail } from '../../../src/protocol/methods.ts';
import { markedBy } from '../../e2e/rig.ts';
import { type Condition, type Reply, reply, type Step } from '../fake-model/script.ts';
import type { RealAgent } from '../home.ts';
import { patiently } from '../patiently.ts';
import type { Stage, Wishes } from '../stage.ts';

/** Something that befalls a task of a real agent: a row of the table. */
export interface Fault extends Wishes {
  readonly what: string;
  readonly steps: (agent: RealAgent) => readonly Step[];
  /** Lets it happen. The moment from which the times count (epoch ms), where that is not the recorded end of the first life. */
  readonly befalls?: (stage: Stage, task: TaskDetail, agent: RealAgent) => Promise<number | undefined>;
  /** The life whose words are worth a recording, where it is not the first. */
  readonly telling?: number;
  /** It takes long: such rows begin first. */
  readonly slow?: boolean;
  /** What stands between holdfast and the CLI: a shell script in which `$REAL` is the CLI. */
  readonly wrapper?: string;
  /** `impossible`: why this agent cannot come to it. */
  readonly expected: (agent: RealAgent) => Expected | { readonly impossible: string };
}

/** What must come of it. */
export interface Expected {
  readonly state: 'succeeded' | 'failed' | 'gave-up';
  readonly lives: readonly ('fresh' | 'resume')[];
  /** The happening in the history by which it was noticed, with the words beside it; none where there is nothing to notice. */
  readonly noticed?: readonly [happening: string, words: RegExp];
  /** What its file of agents/ takes those words for. */
  readonly kind?: FailureKind;
  /** What the last request must tell the model. */
  readonly told: readonly string[];
  readonly denied?: number;
  /** How many requests there were: one for each step, where nothing is tried again. */
  readonly requests?: number;
  /** Why this agent comes to something else than the others. */
  readonly because?: string;
}

/** What every task is asked. */
export const PROMPT = 'Count the tiles of the old harbour.';
/** What the tool of `step` says: its command does not hold it, so the model cannot have it from there. */
export const OUTPUT = 'tiles-42';

/** A first step with a tool: after it every agent has written its conversation to disk. */
export const step = reply({ text: 'One step first.', shell: 'echo tiles-$((40 + 2))' });
/** The last words. */
export const theEnd = reply({ text: 'All are counted.' });
/** The last words to an agent that was told that it goes on after an interruption: whatever its CLI tries again gets no such answer. */
export const endOnceResumed = reply({ text: 'All are counted.', contains: 'You were interrupted' });

/** Late enough in a stream for some words of the answer in each of the three wire formats. */
export const SOME_EVENTS = 6;
/** An answer that breaks off. */
export const halfAnswer = (kind: 'stall' | 'drop', more: Reply & Condition = {}): Step =>
  reply({
    text: 'The harbour has more tiles than one would think, and most of them lie under the sand since the storm of 1872.',
    fault: { kind, afterEvents: SOME_EVENTS },
    ...more,
  });

/** It goes on in its conversation, after something that the history tells so. */
export const resumed = (happening: string, words: RegExp): Expected => ({
  state: 'succeeded',
  lives: ['fresh', 'resume'],
  noticed: [happening, words],
  told: [PROMPT, OUTPUT],
});

/** It goes on in its conversation, after its agent told of a failure of this kind. */
export const resumedAfter = (kind: FailureKind): Expected => ({ ...resumed('exited', /./), kind });

/** It is over after a failure of this kind, and nothing was tried again. */
export const failedBy = (kind: FailureKind, words = /./): Expected => ({
  state: 'failed',
  lives: ['fresh'],
  noticed: ['exited', words],
  kind,
  told: [PROMPT],
});

/** Waits for a process of the task that holds this text. */
export const toolRuns = (task: TaskDetail, text: string): Promise<void> =>
  patiently(() => markedBy(task).some((process) => process.text.includes(text)));
