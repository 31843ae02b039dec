import type { Happening } from './happening.ts';
import { enter, type Outcome } from './outcome.ts';
import type { Task } from './task.ts';

/** What was asked and came to nothing is asked again. */
const wordsAgain = ({ phase, words }: Task): string | undefined => (phase.state === 'succeeded' ? undefined : words);

/** What an earlier attempt died of is no interruption of one that has succeeded since. */
function healed(task: Task): Task {
  const { lastDeath: _d, lastTool: _t, ...rest } = task;
  return task.phase.state === 'succeeded' ? rest : task;
}

/** An ended task that is run again, with what it may try and spend as at the first time. */
export function again(
  task: Task,
  { words = wordsAgain(task) }: Extract<Happening, { type: 'retryRequested' }>,
  at: number,
): Outcome {
  const { firstStartAt: _f, exitStatus: _e, circle: _c, sameDeaths: _s, words: _w, spared: _p, ...rest } = healed(task);
  const fresh = {
    run: task.run + 1,
    tries: 0,
    fails: 0,
    fastDeaths: 0,
    reissues: 0,
    spentMs: 0,
    denied: 0,
    detached: false,
    ...(words === undefined ? {} : { words }),
  };
  return enter({ ...rest, ...fresh }, { state: 'pending' }, at);
}
