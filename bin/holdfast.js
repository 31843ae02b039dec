#!/usr/bin/env node
// CommonJS (package.json beside it says so): with ES modules 4 ms pass before the first line (Node 20, 2026-11).

/** The commands that only look, which have a file of their own: `near` in src/cli/quick/look.ts. */
const LOOKS = ['list', 'ls', 'show', 'explain'];

// A reader that has seen enough, as in `holdfast logs fix | head`, is no error; for a daemon in the foreground it is.
if (process.argv[2] !== 'daemon') {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error;
      if (!process.emit('reader-gone')) process.exit(0); // who listens has something to clean up first
    });
  }
}

process.exitCode = 1; // until the command has answered: a promise that never settles is no success

/** @param {string[]} line */
async function answer(line) {
  const quick = LOOKS.includes(line[0]) ? look : tell;
  process.exitCode = (await quick(line)) ?? (await main(line));
}

/** @param {string[]} line */
const look = (line) => require('../dist/quick/look.cjs').look(line, process);

/** @param {string[]} line */
const tell = (line) => require('../dist/quick/tell.cjs').tell(line, process, () => require('../dist/commands.json'));

/** @param {string[]} line */
const main = async (line) => (await import('../dist/cli/main.js')).main(line);

void answer(process.argv.slice(2));
