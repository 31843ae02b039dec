import { autoAnswer } from './answers.ts';
import type { Happening } from './happening.ts';
import { enter, type Outcome } from './outcome.ts';
import type { Policy } from './policy.ts';
import type { Phase, Task } from './task.ts';
import { leftAlone } from './time.ts';

type Waiting = Task & { readonly phase: Phase & { readonly state: 'waiting-input' } };
type Heard<T extends Happening['type']> = Extract<Happening, { type: T }>;

/** Answers of the rules to the same question in a row, before a person has to look: the agent does not take them. */
const MOST_IN_A_ROW = 5;

/** An agent asks. Where the rules have an answer it is given, once; whatever becomes of that, the question stands until the agent stirs. */
export function asked(
  task: Task,
  { question, choices, approval, atPrompt, nth }: Heard<'asked'>,
  at: number,
  policy: Policy,
): Outcome {
  const more = {
    ...(approval ? { approval } : {}),
    ...(atPrompt ? { atPrompt } : {}),
    ...(nth === undefined ? {} : { nth }),
  };
  const phase = { state: 'waiting-input', question, choices, ...more } as const;
  const before = task.autoAnswered?.question === question ? task.autoAnswered.times : 0;
  const auto = before < MOST_IN_A_ROW ? autoAnswer(phase, policy.answers) : undefined;
  if (!auto) return enter(task, phase, at);
  const counted = { ...task, autoAnswered: { question, times: before + 1 } };
  return enter(counted, { ...phase, auto }, at, { do: 'answer', attempt: task.attempt, ...auto });
}

/** The next question may come before anybody has seen that the last was answered. */
export const askedAgain = (task: Waiting, happening: Heard<'asked'>, at: number, policy: Policy): Outcome =>
  happening.nth === task.phase.nth ? [task] : asked(task, happening, at, policy);

/** Whatever made it stir, its question is answered, also where no event of the agent ever says so. */
export function heard(task: Waiting, _: Heard<'stirred'>, at: number): Outcome {
  const { nth } = task.phase;
  const known = nth === undefined ? {} : { answeredUpTo: { attempt: task.attempt, nth } };
  return enter({ ...task, ...known }, { state: 'running' }, at);
}

/** Journals that an answer was typed; the agent stirs when it has read it. */
export const answered = (task: Waiting): Outcome => [{ ...task, seq: task.seq + 1 }];

/** A person is asked after all. */
export function unanswered(task: Waiting): Outcome {
  const { auto: _, ...phase } = task.phase;
  return [{ ...task, seq: task.seq + 1, phase }];
}

/** An answer that nobody seems to have read is not given again: it might be read as the answer to something else. */
export const waited = (task: Waiting, _: Heard<'ticked'>, at: number, policy: Policy): Outcome =>
  task.phase.auto && at - task.since >= policy.answerStirsMs ? unanswered(task) : [leftAlone(task, policy)];
