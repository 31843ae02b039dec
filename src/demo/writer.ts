import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes this process the only writer of a conversation, or says `false` because another one lives. Each writer has a
 * file of its own, named after its pid and start time, and looks for others only after making it: so two can never
 * both succeed, and to take over from the dead is to delete a file that nobody else will ever make again. Two that
 * come at the same instant may both be refused.
 */
export function becomeWriter(directory: string, conversation: string): boolean {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const mine = `${conversation}.${process.pid}.${startOf(process.pid) ?? ''}`;
  const leave = (): void => rmSync(join(directory, mine), { force: true });
  writeFileSync(join(directory, mine), '', { mode: 0o600 });
  for (const name of readdirSync(directory)) {
    const [of, pid, start] = name.split('.');
    if (of !== conversation || name === mine) continue;
    if (startOf(Number(pid)) === start) {
      leave();
      return false;
    }
    rmSync(join(directory, name), { force: true });
  }
  process.on('exit', leave);
  return true;
}

/** When a process began, in the system's own terms; `undefined` where none lives under this pid. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      const text = execFileSync('ps', ['-o', 'lstart=', '-p', pid.toString()], { encoding: 'utf8' });
      return text.replace(/[^0-9A-Za-z]/g, '');
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may hold spaces and brackets
    const [state] = fields;
    return state === 'Z' || state === 'X' ? undefined : fields[19];
  } catch {
    return undefined; // no such process
  }
}
