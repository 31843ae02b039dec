#!/usr/bin/env node
// CommonJS (package.json beside it says so): with ES modules 4 ms pass before the first line (Node 20, 2026-11).

/** The first words of a line that the daemon can answer; all others may be a wish for help. */
const QUICK = { list: ['ask'], ls: ['ask'], show: ['ask'], explain: ['ask'], __complete: ['ask', 'complete'] };

/** What a command sees of this process. To open a stream takes a millisecond, so each is opened by who uses it. */
const around = {
  env: process.env,
  cwd: () => process.cwd(),
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return open('stdout');
  },
  get stderr() {
    return open('stderr');
  },
};

const opened = new Set();

/**
 * A reader that has seen enough, as in `holdfast logs fix | head`, is no error; for a daemon in the foreground it is. A terminal that
 * is gone is a hang-up, also for who was told of it by no signal.
 * @param {'stdout' | 'stderr'} name
 */
function open(name) {
  const stream = process[name];
  if (opened.has(name)) return stream;
  opened.add(name);
  if (process.argv[2] === 'daemon' && process.argv[3] === 'run') return stream;
  return stream.on('error', (error) => {
    if (error.code === 'EIO' && stream.isTTY) return process.kill(process.pid, 'SIGHUP');
    if (error.code === 'EPIPE') return process.emit('reader-gone') || process.exit(0); // who listens has something to clean up first
    if (name === 'stdout')
      process.stderr.write(`holdfast: what it had to say could not be written: ${error.message}\n`);
    process.exit(1);
  });
}

process.exitCode = 1; // until the command has answered: a promise that never settles is no success

/** @param {string[]} line */
async function answer(line) {
  for (const file of Object.hasOwn(QUICK, line[0] ?? '') ? QUICK[line[0]] : ['tell']) {
    const code = await require(`../dist/quick/${file}.cjs`)[file](line, around, table);
    if (code !== undefined) return leave(code);
  }
  process.exitCode = await (await import('../dist/cli/main.js')).main(line, around);
}

/**
 * At once, which saves half a millisecond; but not before a reader who is slower has it all: a pipe takes 64 kB. Nor where a write has
 * failed: the stream is empty then too, and tells the error only in the next tick.
 * @param {number} code
 */
function leave(code) {
  process.exitCode = code;
  if ([...opened].every((name) => process[name].writableLength === 0 && !process[name].errored)) process.exit();
}

const table = () => require('../dist/commands.json');

void answer(process.argv.slice(2));
