import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { grownIn, growthOf } from './growth.js';
import { leftIn } from './holdings.js';
import { expectedNotices, journalOf, textOf } from './journals.js';

const numbered = (directory) =>
  existsSync(directory) ? readdirSync(directory).filter((name) => /^\d+$/.test(name)) : [];

/** What became of every task that was accepted, by the disk alone: a daemon that is gone for good keeps no report away. */
export async function judge(fleet, { doubles, sizes, looks, told, blows, findings, holdings }) {
  const found = { lost: [], doubled: [], wrong: [], forgotten: [], harness: [...findings] };
  const numbers = { resumes: 0, attempts: 0, causes: new Map(), looks, sizes, notices: 0, known: [], resumed: [] };
  for (const { id, agents } of doubles) {
    found.doubled.push(`${id}: ${agents.map(({ pid, attempt }) => `pid ${pid} of attempt ${attempt}`).join(' and ')}`);
  }
  const listed = await fleet.list().catch((error) => {
    found.harness.push(error.message);
    return undefined;
  });
  for (const [id, task] of fleet.accepted) {
    const journal = journalOf(task);
    const state = journal.at(-1)?.task.phase;
    const problem = (text) => `${id}: ${text}`;
    if (state?.state !== 'succeeded')
      found.lost.push(
        problem(state ? `${state.state}, ${state.why ?? ''} (${wayOf(journal)})` : 'its journal is gone'),
      );
    const row = listed?.find((each) => each.id === id);
    if (listed && row?.state !== state?.state)
      found.lost.push(problem(row ? `listed as ${row.state}, journalled as ${state?.state}` : 'the daemon forgot it'));
    found.doubled.push(...twice(task).map(problem));
    found.wrong.push(...mistaken(fleet, task, journal).map(problem));
    count(journal, numbers);
    times(
      journal,
      blows.filter(({ task: hit }) => hit === id),
      numbers,
    );
  }
  const expected = expectedNotices(fleet.accepted);
  found.forgotten = expected.filter((id) => !told.has(id));
  const growth = growthOf(sizes);
  return {
    ...found,
    ...numbers,
    growth,
    holdings,
    grown: [...grownIn(growth), ...leftIn(holdings)],
    notices: expected.length,
    megabytes: fleet.disk?.megabytesUsed(),
  };
}

/** What happened last, so that who reads the report can tell why. */
const wayOf = (journal) =>
  journal
    .filter(({ happening }) => happening.type !== 'ticked')
    .slice(-16)
    .map(({ happening: { type, attempt, cause }, at }) =>
      [new Date(at).toISOString().slice(11, 23), type, attempt, cause].filter((word) => word !== undefined).join(' '),
    )
    .join(', ');

/** The exit code: nothing of what must not be may have been found. */
export const verdictOf = ({ lost, doubled, wrong, forgotten, grown, harness }) =>
  [lost, doubled, wrong, forgotten, grown, harness].every(({ length }) => length === 0) ? 0 : 1;

/** Adds the lives of one task to the numbers. */
function count(journal, numbers) {
  for (const { happening, task } of journal) {
    if (happening.type === 'claimed') numbers.attempts += 1;
    if (happening.type === 'planned' && happening.kind === 'resume') numbers.resumes += 1;
    if (task.phase.state !== 'backing-off' || happening.type === 'ticked') continue;
    const why = task.phase.why.replace(/\d+/g, 'N');
    numbers.causes.set(why, (numbers.causes.get(why) ?? 0) + 1);
  }
}

/** From the blow to the word in the journal, and from there to the next process. */
function times(journal, blows, numbers) {
  for (const { attempt, at } of blows) {
    const end = journal.find(
      ({ happening }) => ['exited', 'vanished'].includes(happening.type) && happening.attempt === attempt,
    );
    if (!end || end.at < at) continue;
    numbers.known.push(end.at - at);
    const next = journal.find(({ happening }) => happening.type === 'claimed' && happening.attempt === attempt + 1);
    if (next) numbers.resumed.push(Math.max(0, next.happening.bornAt - end.at));
  }
}

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
function mistaken(fleet, { directory, steps }, journal) {
  const last = journal.at(-1)?.task;
  if (last?.phase.state !== 'succeeded') return [];
  const file = join(fleet.home.directory, '.local/share/holdfast-demo/conversations', `${last.conversation}.jsonl`);
  const entries = textOf(file)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  const done = entries.filter(({ type }) => type === 'step-done').map(({ index }) => index);
  return [
    ...(entries.at(-1)?.type === 'turn-ended' ? [] : ['succeeded, but the agent had not finished']),
    ...(new Set(done).size === steps ? [] : [`succeeded after ${new Set(done).size} of ${steps} steps`]),
    ...(done.length === new Set(done).size ? [] : ['a step was done twice']),
    ...(existsSync(join(directory, 'result.md')) ? [] : ['there is no result.md']),
  ];
}
