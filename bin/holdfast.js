#!/usr/bin/env node
// CommonJS (package.json beside it says so): with ES modules 4 ms pass before the first line (Node 20, 2026-11).

/** The commands that only look, which have a file of their own: `near` in src/cli/quick/look.ts. */
const LOOKS = ['list', 'ls', 'show', 'explain'];

let streaming = false;

/** A reader that has seen enough, as in `holdfast logs fix | head`, is no error; for a daemon in the foreground it is. */
function guarded(stream) {
  streaming = true;
  if (process.argv[2] === 'daemon' || stream.listenerCount('error') > 0) return stream;
  return stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    if (!process.emit('reader-gone')) process.exit(0); // who listens has something to clean up first
  });
}

/** Streams cost their time when they are first looked at. */
const around = {
  env: process.env,
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return guarded(process.stdout);
  },
  get stderr() {
    return guarded(process.stderr);
  },
  cwd: () => process.cwd(),
};

process.exitCode = 1; // until the command has answered: a promise that never settles is no success

/** @param {string[]} line */
async function answer(line) {
  const quick = LOOKS.includes(line[0]) ? look : tell;
  const code = (await quick(line)) ?? (await main(line));
  if (streaming) process.exitCode = code;
  else process.exit(code); // all is said, and to close what is open takes 1 ms
}

/** @param {string[]} line */
function look(line) {
  const { look, straight } = require('../dist/quick/look.cjs');
  return look(line, straight(around));
}

/** @param {string[]} line */
function tell(line) {
  const { tell, straight } = require('../dist/quick/tell.cjs');
  return tell(line, straight(around), () => require('../dist/commands.json'));
}

/** @param {string[]} line */
async function main(line) {
  for (const stream of [process.stdout, process.stderr]) guarded(stream);
  return (await import('../dist/cli/main.js')).main(line);
}

void answer(process.argv.slice(2));
