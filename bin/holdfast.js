#!/usr/bin/env node
// CommonJS (package.json beside it says so): with ES modules 4 ms pass before the first line (Node 20, 2026-11).

/** The first words of a line that have a file of their own; all others may be a wish for help. */
const QUICK = { list: 'look', ls: 'look', show: 'look', explain: 'look', __complete: 'complete' };

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
  if (opened.has(name) || process.argv[2] === 'daemon') return stream;
  opened.add(name);
  return stream.on('error', (error) => {
    if (error.code === 'EIO' && stream.isTTY) return process.kill(process.pid, 'SIGHUP');
    if (error.code !== 'EPIPE') throw error;
    if (!process.emit('reader-gone')) process.exit(0); // who listens has something to clean up first
  });
}

process.exitCode = 1; // until the command has answered: a promise that never settles is no success

/** @param {string[]} line */
async function answer(line) {
  const file = Object.hasOwn(QUICK, line[0] ?? '') ? QUICK[line[0]] : 'tell';
  const quick = require(`../dist/quick/${file}.cjs`)[file];
  process.exitCode = (await quick(line, around, table)) ?? (await main(line));
}

const table = () => require('../dist/commands.json');

/** @param {string[]} line */
const main = async (line) => (await import('../dist/cli/main.js')).main(line, around);

void answer(process.argv.slice(2));
