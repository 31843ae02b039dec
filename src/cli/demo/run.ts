import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Context } from '../context.ts';
import { interruption } from '../interruption.ts';
import { type ThrowawayHome, throwawayHome } from './home.ts';
import { play } from './play.ts';
import { FILES } from './project.ts';
import { startTimeline, type Timeline } from './timeline.ts';
import { machineHere, requireTmux } from './tmux.ts';

/** Sets the stage, plays, and clears everything away, however the play ends; answers with the exit code. */
export async function runDemo({ env, output }: Context): Promise<number> {
  requireTmux(machineHere(env));
  const { signal, release } = interruption();
  const timeline = startTimeline(output);
  const home = throwawayHome(env);
  try {
    return (await playAt(home, timeline, signal)) ? EXIT.ok : EXIT.error;
  } catch (error) {
    if (!signal.aborted) throw error;
    timeline.tell('note', 'interrupted');
    return EXIT.cancelled;
  } finally {
    await home.clear();
    timeline.tell('note', 'cleaned up: the daemon, its tmux server, the directory');
    release();
  }
}

async function playAt(home: ThrowawayHome, timeline: Timeline, signal: AbortSignal): Promise<boolean> {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(home.work, name), text);
  signal.addEventListener('abort', () => home.context.close());
  const daemon = await home.context.daemon();
  signal.throwIfAborted();
  const { pid } = await daemon.call('hello', {});
  timeline.tell('holdfast', `daemon started: pid ${pid}, in ${home.directory}`);
  return play({ daemon, work: home.work, timeline, signal });
}
