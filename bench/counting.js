// The daemon's program, with a count of the processes that it starts: written to its home when it ends.
import { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const started = [];
const { spawn } = ChildProcess.prototype;
ChildProcess.prototype.spawn = function counted(options) {
  started.push({ at: Date.now(), words: options.args });
  return spawn.call(this, options);
};
process.on('exit', () => writeFileSync(join(process.env.HOME, 'started.json'), JSON.stringify(started)));
await import('../dist/daemon/main.js');
