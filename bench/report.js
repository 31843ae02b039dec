import { median, quantile, short } from './numbers.js';

/** @typedef {{ what: string, value: string, target: string, verdict: 'ok' | 'over' | '' }} Row */

/** @param {string} what @param {string} value @returns {Row} */
const plain = (what, value) => ({ what, value, target: '', verdict: '' });

/** @param {string} what @param {number} value @param {string} unit @param {number} most @returns {Row} */
const judged = (what, value, unit, most) => ({
  what,
  value: `${unit === '×' ? value.toFixed(2) : short(value)} ${unit}`,
  target: `≤ ${most} ${unit}`,
  verdict: value <= most ? 'ok' : 'over',
});

/** Every number that is reported, in the order of the table. @returns {Row[]} */
export function rowsOf({ recovered, walls, started, looked, idle, told, toldOf, crowd, tasks, kills, calls }) {
  const { misread, known, journalled, process, speaks } = recovered;
  const killed = `kill -9 of an agent (${kills} of ${tasks} tasks)`;
  const ms = (value) => `${short(value)} ms`;
  const beside = (what, times, most) => [
    plain(what, ms(median(times))),
    judged('… beside node -e 0', median(times) / median(walls.node), '×', most),
  ];
  return [
    judged(`${killed}: the daemon knows, p50`, quantile(known, 0.5), 'ms', 5),
    judged('… p99', quantile(known, 0.99), 'ms', 50),
    plain('… slowest', ms(quantile(known, 1))),
    plain('… and it stands in the journal, p50', ms(quantile(journalled, 0.5))),
    judged('… and is taken for something else', misread.filter(Boolean).length, 'times', 0),
    judged('… the resumed process exists, p50', quantile(process, 0.5), 'ms', 300),
    plain('… p99', ms(quantile(process, 0.99))),
    plain('… the resumed agent speaks, p50', ms(quantile(speaks, 0.5))),
    judged(
      `kill -9 of an agent (${told.length} of ${toldOf} tasks): its notice is at a webhook on loopback, p50`,
      quantile(told, 0.5),
      'ms',
      50,
    ),
    plain('… p95', ms(quantile(told, 0.95))),
    plain(`node -e 0, median of ${calls}`, ms(median(walls.node))),
    ...beside(`holdfast list, ${tasks} tasks`, walls.list, 1.4),
    ...beside('holdfast show', walls.show, 1.4),
    ...beside('completion of a name', walls.complete, 1.4),
    ...beside('holdfast --help', walls.help, 3),
    judged(`holdfast start, daemon warm, median of ${calls}`, median(started), 'ms', 250),
    ...looked.flatMap(({ count, perSession, atOnce }) => [
      plain(`has-session + capture-pane for each of ${count} sessions`, cost(perSession)),
      plain(`list-panes -a for all ${count}, as holdfast does`, cost(atOnce)),
    ]),
    plain(`the daemon beside ${tasks} idle tasks: memory`, `${short(idle.residentMb)} MB`),
    plain('… CPU', `${short(idle.cpuMsPerMinute)} ms a minute`),
    ...rowsOfMany(crowd),
  ];
}

/** The numbers of a daemon beside many tasks. @returns {Row[]} */
export function rowsOfMany({ live, finished, first, boots, residentMb, cpuMsPerTaskMinute, started, sweeps, appends }) {
  const of = (name) => median(boots.map((boot) => boot[name]));
  return [
    judged(
      `boot beside ${finished} finished and ${live} live tasks (demo agents): first answer`,
      of('helloMs'),
      'ms',
      1000,
    ),
    plain('… where all are read one by one: the first by this version', `${short(first.helloMs)} ms`),
    plain('… CPU until then', `${short(of('helloCpuMs'))} ms`),
    judged('… the list of all', of('listMs'), 'ms', 1000),
    plain('… memory after it', `${short(of('residentMb'))} MB`),
    judged(`the daemon beside ${live} live tasks that wait: memory`, residentMb, 'MB', 120),
    judged('… CPU for each of them, with the tmux server', cpuMsPerTaskMinute, 'ms a minute', 1),
    judged(`… processes started in ${sweeps} sweeps`, started, 'in all', 3), // every third tick asks tmux, and four ticks may hold two of these
    judged('an append to a journal, on disk, p50', appends.p50, 'ms', 2),
    plain('… p99', `${short(appends.p99)} ms`),
    plain('… the event loop is late meanwhile, p99', `${short(appends.loopP99)} ms`),
  ];
}

const cost = ({ wallMs, cpuMs }) => `${short(wallMs)} ms wall, ${short(cpuMs)} ms CPU`;

/** What is over its target. @param {readonly Row[]} rows @returns {readonly string[]} */
export const over = (rows) => rows.filter(({ verdict }) => verdict === 'over').map(({ what }) => what);

/** @param {readonly Row[]} rows */
export function text(rows) {
  const width = (of) => Math.max(...rows.map((row) => row[of].length));
  const [what, value, target] = [width('what'), width('value'), width('target')];
  return rows
    .map(
      (row) => `${row.what.padEnd(what)}  ${row.value.padStart(value)}  ${row.target.padEnd(target)}  ${row.verdict}`,
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** @param {readonly Row[]} rows @param {Readonly<Record<string, string>>} machine @param {Date} at */
export function markdown(rows, machine, at) {
  const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
  return `# What it costs

Written by \`npm run bench\` on ${at.toISOString().slice(0, 10)}.

${facts.join('\n')}

| measured | value | target | |
|---|---:|---|---|
${rows.map(({ what, value, target, verdict }) => `| ${what} | ${value} | ${target} | ${verdict} |`).join('\n')}

How: see [bench/](../). The daemon knows when it has read the evidence of a death; the time is the one in its journal,
rounded up, counted from just before the call of kill(2). CPU is that of every tmux client and of the tmux server.
`;
}
