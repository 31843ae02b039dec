import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const textOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const numbered = (directory) =>
  existsSync(directory) ? readdirSync(directory).filter((name) => /^\d+$/.test(name)) : [];

/** What became of every task that was accepted. */
export async function judge(fleet, { doubles, sizes, looks }) {
  const rows = new Map((await fleet.list()).map((row) => [row.id, row]));
  const found = { lost: [], doubled: [], wrong: [], resumes: 0, attempts: 0, causes: new Map(), looks, sizes };
  for (const { id, agents } of doubles) {
    found.doubled.push(`${id}: ${agents.map(({ pid, attempt }) => `pid ${pid} of attempt ${attempt}`).join(' and ')}`);
  }
  for (const [id, task] of fleet.accepted) {
    const row = rows.get(id);
    const told = (problem) => `${id}: ${problem}`;
    if (row?.state !== 'succeeded') found.lost.push(told(row ? `${row.state}, ${row.summary}` : 'forgotten'));
    found.doubled.push(...twice(task).map(told));
    found.wrong.push(...(await mistaken(fleet, id, task, row)).map(told));
    count(journalOf(task), found);
  }
  return found;
}

/** Adds the lives of one task to the numbers. */
function count(journal, found) {
  for (const { happening, task } of journal) {
    if (happening.type === 'claimed') found.attempts += 1;
    if (happening.type === 'planned' && happening.kind === 'resume') found.resumes += 1;
    if (task.phase.state !== 'backing-off' || happening.type === 'ticked') continue;
    const why = task.phase.why.replace(/\d+/g, 'N');
    found.causes.set(why, (found.causes.get(why) ?? 0) + 1);
  }
}

const journalOf = ({ directory }) =>
  textOf(join(directory, 'journal.ndjson'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line.slice(9))); // a checksum stands before each

/** Signs of a second writer, and of an attempt that began twice. */
function twice({ directory }) {
  return numbered(join(directory, 'attempts')).flatMap((n) => {
    const at = join(directory, 'attempts', n);
    const births = textOf(join(at, 'events.jsonl')).match(/"type":"init"/g)?.length ?? 0;
    const refused = /has an active writer|exists already/.test(textOf(join(at, 'stderr.log')));
    return [
      ...(births > 1 ? [`attempt ${n} began ${births} times`] : []),
      ...(refused ? [`attempt ${n} met another writer`] : []),
    ];
  });
}

/** Does the agent's own transcript agree with the verdict? */
async function mistaken(fleet, id, { steps }, row) {
  if (row?.state !== 'succeeded') return [];
  const { task } = await fleet.ask('show', { task: id });
  const file = join(fleet.home.directory, '.local/share/holdfast-demo/conversations', `${task.conversation}.jsonl`);
  const entries = textOf(file)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  const done = entries.filter(({ type }) => type === 'step-done').map(({ index }) => index);
  return [
    ...(entries.at(-1)?.type === 'turn-ended' ? [] : ['succeeded, but the agent had not finished']),
    ...(new Set(done).size === steps ? [] : [`succeeded after ${new Set(done).size} of ${steps} steps`]),
    ...(done.length === new Set(done).size ? [] : ['a step was done twice']),
    ...(existsSync(task.resultFile) ? [] : ['there is no result.md']),
  ];
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Prints the numbers. */
export function tell(found, { kills, options }) {
  const print = (line) => process.stdout.write(`${line}\n`);
  const total = [...kills.values()].reduce((sum, count) => sum + count, 0);
  print(`seed ${options.seed}: ${total} blows to ${options.tasks} tasks in ${options.minutes} minutes`);
  for (const [what, count] of [...kills].sort(([, a], [, b]) => b - a))
    print(`  ${String(count).padStart(5)}  ${what}`);
  print(`${found.attempts} attempts, ${found.resumes} resumes. Why:`);
  for (const [why, count] of [...found.causes].sort(([, a], [, b]) => b - a))
    print(`  ${String(count).padStart(5)}  ${why}`);
  const quarter = Math.floor(found.sizes.length / 4);
  const first = found.sizes.slice(0, quarter);
  const last = found.sizes.slice(-quarter || undefined);
  const mega = (sizes) => (median(sizes.map(({ rss }) => rss)) / 2 ** 20).toFixed(1);
  const fds = (sizes) => median(sizes.map(({ fds: open }) => open));
  print(
    `daemon: ${mega(first)} MB and ${fds(first)} open files in the first quarter, ${mega(last)} MB and ${fds(last)} in the last`,
  );
  print(
    `lost ${found.lost.length}, doubled ${found.doubled.length}, wrong verdicts ${found.wrong.length} (${found.looks} looks at all processes)`,
  );
  for (const [what, list] of Object.entries({ lost: found.lost, doubled: found.doubled, wrong: found.wrong })) {
    for (const line of list) print(`  ${what}: ${line}`);
  }
}
