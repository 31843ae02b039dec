import { parseArgs } from 'node:util';

/** What the command line asks for. */
export function readOptions(words) {
  const number = { type: 'string' };
  const { values } = parseArgs({
    args: words,
    options: {
      tasks: number,
      minutes: number,
      concurrent: number,
      seed: number,
      pause: number,
      disk: number,
      json: number,
    },
  });
  const of = (name, byDefault) => {
    const value = Number(values[name] ?? byDefault);
    if (!(value > 0)) throw new Error(`--${name} is ${values[name]}: give it a number above 0`);
    return value;
  };
  const tasks = of('tasks', 200);
  return {
    tasks,
    minutes: of('minutes', 30),
    concurrent: Math.min(tasks, of('concurrent', 40)),
    seed: of('seed', 1 + (Date.now() % 1_000_000)),
    /** Milliseconds between two deaths, on average. */
    pauseMs: of('pause', 700),
    /** Megabytes of the disk for the state: 2,500 attempts take about a hundred. */
    disk: of('disk', 2048),
    json: values.json,
  };
}
