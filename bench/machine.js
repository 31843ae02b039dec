import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { short } from './numbers.js';

// Linux only: other systems have no /proc, and `ps` counts in hundredths of a second at best.
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU milliseconds that a process has used, all threads. @param {number} pid */
export function cpuMs(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, tid) => sum + Number(read(`/proc/${pid}/task/${tid}/schedstat`).split(' ')[0]) / 1e6, 0);
}

/** CPU milliseconds of every child of ours that has ended, in ticks of the kernel (10 ms). */
export function childrenCpuMs() {
  const stat = read('/proc/self/stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[13]) + Number(fields[14])) * 1000) / TICKS_PER_SECOND;
}

/** Resident megabytes. @param {number} pid */
export const residentMb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1]) / 1024;

/** What the numbers were measured on. */
export function machine() {
  const [cpu] = cpus();
  return {
    cpu: `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GB`,
    kernel: `Linux ${release()}`,
    node: process.version,
    load: `${short(loadavg()[0] ?? Number.NaN)} in the minute before; this ran in the scheduler's class ${schedulerClass()}`,
    tmux: execFileSync('tmux', ['-V'], { encoding: 'utf8' }).trim(),
  };
}

/** TS is what everybody has; RR and FF come before all others, as if the machine had nothing else to do. */
const schedulerClass = () => execFileSync('ps', ['-o', 'cls=', '-p', String(process.pid)], { encoding: 'utf8' }).trim();

/** @param {string} path */
const read = (path) => readFileSync(path, 'utf8');
