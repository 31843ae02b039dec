import type { step as Step } from '../../src/domain/machine.ts';

/** Faults that a run of the model can be given; it must find each, by one of these promises. */
export const BUGS = {
  newnumber: ['a launch that nobody claimed is ordered again under a new number', /^I2/],
  noclaim: ['the runner does not mind a claim that is taken', /^I1/],
  norevoke: ['the daemon takes no claim before it goes another way', /^I[12]|can still begin/],
  resetOnOutput: ['one line of output makes the failures forgotten', /^I7/],
  unfenced: ['a word of an earlier attempt is taken for one of the present', /^I11/],
  exitZero: ['exit 0 is success without the final event', /^P4/],
  effectFirst: ['what was decided is done before it is on disk', /^I4/],
  chance: ['the wait before a resume is drawn by lot', /^I8/],
  guessed: ['an attempt is called dead without looking', /^I[12]|can still begin|lives/],
  eventsFirst: ['the events are read before the exit record that says that they are whole', /^P4/],
  rebootForgets: ['an exit that was recorded before a reboot is not believed', /^P4/],
  repeats: ['an answer that did not arrive is given again', /^P5/],
  nags: ['an agent that hangs is sent a line again and again', /^P5/],
  forgetful: [
    'a daemon that comes back tells nothing of what its predecessor has only written down',
    /^I9: .* never told/,
  ],
  rekeyed: ['a notice that is sent again comes under another key', /^I9: .*-again was told/],
  timeless: ['a daemon that comes back does not know that the clock was set', /^P9: (fellSilent|hung)/],
  hasty: ['a launch that failed is done with, although its runner may still come', /can still begin/],
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
        const forgotten = happening.type === 'named' && next.fails > 0;
        return [forgotten ? { ...next, fails: 0, seq: next.seq + 1 } : next, ...effects];
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
    case 'repeats':
      return (task, happening, at, policy) => {
        const [next, ...effects] = step(task, happening, at, policy);
        const auto = task.phase.state === 'waiting-input' ? task.phase.auto : undefined;
        if (happening.type !== 'unanswered' || !auto) return [next, ...effects];
        return [next, { do: 'answer', attempt: task.attempt, ...auto }];
      };
    case 'nags':
      return ({ poked, ...task }, happening, at, policy) => {
        const again = task.phase.state === 'stalled' && happening.type === 'hung' && happening.takesLine;
        return step(again || !poked ? task : { ...task, poked }, happening, at, policy);
      };
    case 'hasty':
      return (task, happening, at, policy) => {
        const [next, ...effects] = step(task, happening, at, policy);
        if (happening.type !== 'launchFailed' || happening.permanent) return [next, ...effects];
        return [{ ...next, phase: { state: 'backing-off', retryAt: at, why: happening.why } }];
      };
    default:
      return step; // the fault lies elsewhere, or there is none
  }
}
