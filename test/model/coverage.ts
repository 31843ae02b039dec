import type { Entry } from '../../src/daemon/journal.ts';
import type { State } from '../../src/domain/task.ts';

/** What the histories have been through: a run that is green says little where it has not been everywhere. */
export class Coverage {
  readonly states = new Set<State>(['pending']);
  /** As `from --> to: happening`. */
  readonly arrows = new Map<string, number>();
  readonly reasons = new Map<string, number>();

  count({ task: was }: Entry, { task, happening }: Entry): void {
    const { phase } = task;
    if (was.phase.state === phase.state) return;
    this.states.add(phase.state);
    add(this.arrows, `${was.phase.state} --> ${phase.state}: ${happening.type}`);
    if (phase.state === 'gave-up') add(this.reasons, reasonOf(phase.why));
  }
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^the budget is spent/, 'budget'],
  [/^the budget ends before/, 'no budget for the wait'],
  [/^\d+ attempts were made/, 'attempts'],
  [/lives in a row under/, 'broken set-up'],
  [/the reset is further away/, 'reset too far'],
  [/ended twice/, 'session ended twice'],
  [/^\d+ times in a row/, 'the same error'],
  [/changed nothing in the work tree/, 'nothing changed'],
  [/ended in the same tool call/, 'the same tool call'],
  [/told not to wait/, 'no wait wanted'],
];

/** Every reason to give up by the name that the coverage knows it under. */
export const GIVE_UPS = REASONS.map(([, name]) => name);

const reasonOf = (why: string): string => REASONS.find(([match]) => match.test(why))?.[1] ?? why;

const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
