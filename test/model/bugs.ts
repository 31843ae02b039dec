import type { step as Step } from '../../src/domain/machine.ts';

/** Faults that a run of the model can be given; it must find each. */
export const BUGS = {
  newnumber: 'a launch that nobody claimed is ordered again under a new number',
  noclaim: 'the runner does not mind a claim that is taken',
  norevoke: 'the daemon takes no claim before it goes another way',
  resetOnOutput: 'one line of output makes the failures forgotten',
  unfenced: 'a word of an earlier attempt is taken for one of the present',
  exitZero: 'exit 0 is success without the final event',
  effectFirst: 'what was decided is done before it is on disk',
  chance: 'the wait before a resume is drawn by lot',
  guessed: 'an attempt is called dead without looking',
} as const;
/** The name of a fault. */
export type Bug = keyof typeof BUGS;

/** The machine with the fault in it, where the fault is one of the machine. */
export function faulty(step: typeof Step, bug: Bug | undefined): typeof Step {
  switch (bug) {
    case 'newnumber':
      return (task, happening, at, policy) => {
        const [next, ...effects] = step(task, happening, at, policy);
        if (happening.type !== 'neverClaimed' || effects[0]?.do !== 'launch') return [next, ...effects];
        const attempt = next.attempt + 1;
        return [
          { ...next, attempt },
          { do: 'launch', attempt },
        ];
      };
    case 'resetOnOutput':
      return (task, happening, at, policy) => {
        const [next, ...effects] = step(task, happening, at, policy);
        return [happening.type === 'stirred' ? { ...next, fails: 0 } : next, ...effects];
      };
    case 'unfenced':
      return (task, happening, at, policy) => {
        const now = 'attempt' in happening ? { ...happening, attempt: task.attempt } : happening;
        return step(task, now, at, policy);
      };
    case 'exitZero':
      return (task, happening, at, policy) => {
        const ended = happening.type === 'exited' && happening.status === 0;
        return step(task, ended ? { ...happening, turn: 'ended' } : happening, at, policy);
      };
    case 'chance':
      return (task, happening, at, policy) => {
        const [next, ...effects] = step(task, happening, at, policy);
        const { phase } = next;
        if (phase.state !== 'backing-off' || task.phase.state === 'backing-off') return [next, ...effects];
        return [{ ...next, phase: { ...phase, retryAt: phase.retryAt + Math.random() } }, ...effects];
      };
    default:
      return step; // the fault lies elsewhere, or there is none
  }
}
