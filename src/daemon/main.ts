import { readFileSync, writeSync } from 'node:fs';
import { residentFace } from '../cli/resident.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { assemble } from './assemble.ts';
import { lockWhenWritable } from './degraded.ts';
import { exitCodeFor } from './exit-code.ts';
import { hostHere, packaged } from './host.ts';
import { releaseLock } from './lock.ts';
import { serve } from './serve.ts';
import { takeOver } from './take-over.ts';

/** Becomes the only daemon of the state directory, for as long as it serves. */
async function run(): Promise<void> {
  const host = await hostHere(residentFace(commandTable));
  const epoch = await lockWhenWritable(host, say);
  if (epoch === undefined) process.exit(EXIT.ok); // told to end before it was in charge
  try {
    const daemon = await assemble(host, epoch);
    await serve(daemon, await takeOver(daemon));
  } finally {
    await releaseLock(host.paths.stateDir, epoch).catch(() => undefined); // as after a death, then: only a new host name is held off
  }
  process.exit(EXIT.ok);
}

const commandTable = () => JSON.parse(readFileSync(packaged('../commands.json'), 'utf8'));

/** One line: who started us repeats the last. A full disk may not even take that, and `process.stderr` would end us for it. */
function say(line: string): void {
  try {
    writeSync(process.stderr.fd, `holdfast daemon: ${line.replace(/\s*\n\s*/g, ' ')}\n`);
  } catch {
    // the exit code says it, and every answer
  }
}

run().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exit(exitCodeFor(error));
});
