#!/usr/bin/env node
import { main } from '../dist/cli/main.js';

// A reader that has seen enough, as in `holdfast logs fix | head`, is no error; for a daemon in the foreground it is.
if (process.argv[2] !== 'daemon') {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error;
      if (!process.emit('reader-gone')) process.exit(0); // who listens has something to clean up first
    });
  }
}

process.exitCode = await main(process.argv.slice(2));
