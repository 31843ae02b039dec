import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { socketOf } from '../dist/cli/tmux-client.js';
import { childrenCpuMs, cpuMs } from './machine.js';

const ROUNDS = 10;
/** A session that has written more than `capture-pane` is asked for. */
const PANE = ['sh', '-c', 'seq 1 300; exec sleep 3600'];
/** Run by one shell, so that nothing but tmux is paid for. */
const PER_SESSION = `for session in $SESSIONS; do
  tmux -L "$SOCKET" has-session -t "=$session" && tmux -L "$SOCKET" capture-pane -p -t "=$session:" -S -200
done >/dev/null`;
const ALL_AT_ONCE = `tmux -L "$SOCKET" list-panes -a -F '#{session_name}|#{pane_id}|#{pane_dead}' >/dev/null`;

/**
 * One look at every session: two commands for each, as a loop over sessions does it, beside one command for all.
 * @param {number} count
 */
export function looks(count) {
  const socket = `holdfast-bench-${process.pid}-${count}`; // a new one: right after its end a server cannot be started again
  const sessions = Array.from({ length: count }, (_, n) => `session-${n + 1}`);
  const tmux = (...words) => execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...words], { encoding: 'utf8' });
  try {
    for (const name of sessions) tmux('new-session', '-d', '-s', name, '-x', '200', '-y', '50', ...PANE);
    const server = Number(tmux('display-message', '-p', '#{pid}'));
    const env = { ...process.env, SOCKET: socket, SESSIONS: sessions.join(' ') };
    execFileSync('sleep', ['1']); // until the panes have drawn
    return { perSession: round(PER_SESSION, env, server), atOnce: round(ALL_AT_ONCE, env, server) };
  } finally {
    endServer(socket);
  }
}

/** It leaves its socket behind (tmux 3.3a). @param {string} socket */
function endServer(socket) {
  spawnSync('tmux', ['-L', socket, 'kill-server'], { stdio: 'ignore' });
  rmSync(socketOf(['-L', socket], process.env), { force: true });
}

/** @param {string} script @param {NodeJS.ProcessEnv} env @param {number} server */
function round(script, env, server) {
  const cpuBefore = childrenCpuMs() + cpuMs(server);
  const begin = performance.now();
  for (let n = 0; n < ROUNDS; n++) execFileSync('sh', ['-c', script], { env });
  return {
    wallMs: (performance.now() - begin) / ROUNDS,
    cpuMs: (childrenCpuMs() + cpuMs(server) - cpuBefore) / ROUNDS,
  };
}
