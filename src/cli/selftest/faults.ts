import { alive, crash, type Finding, hung, lingered, survived, together } from './kinds.ts';
import type { Ground, Trial } from './trial.ts';

/** Something that may befall a task, and how it is tried. */
export interface Fault {
  readonly what: string;
  readonly try: (ground: Ground, name: string) => Promise<Finding>;
}

const kill = (pid: number): void => void process.kill(pid, 'SIGKILL');
const tmux = async ({ reach, home, signal }: Ground, ...words: readonly string[]): Promise<string> => {
  const { execFile } = await import('node:child_process');
  const { command } = (await (await reach()).call('hello', {})).tmux;
  const [file = 'tmux', ...base] = command;
  return new Promise((resolve, reject) => {
    execFile(file, [...base, ...words], { env: home.env, signal }, (error, out) =>
      error ? reject(error) : resolve(out),
    );
  });
};
const killBoth = async ({ pid }: Trial): Promise<void> => {
  const both = [await pid('runner'), await pid('agent')];
  for (const each of both) kill(each);
};
const daemonPid = async ({ reach }: Ground): Promise<number> => (await (await reach()).call('hello', {})).pid;

/** These befall one task only, and are tried at the same time. */
export const SINGLE: readonly Fault[] = [
  { what: 'hangs: lives, and does nothing', try: hung }, // first, for it takes longest
  {
    what: 'agent killed',
    try: crash({ blow: async ({ pid }) => kill(await pid('agent')), why: /killed by signal 9/ }),
  },
  {
    what: 'runner killed',
    try: crash({ blow: async ({ pid }) => kill(await pid('runner')), why: /its runner was killed/ }),
  },
  { what: 'agent and runner killed', try: crash({ blow: killBoth, why: /its runner was killed/ }) },
  {
    what: 'tmux session killed',
    try: crash({
      blow: ({ task }, ground) => tmux(ground, 'kill-session', '-t', `=${task.session}`),
      why: /its tmux session/,
    }),
  },
  {
    what: 'exit 0 before it was done',
    try: crash({ line: '@once @exit0-early', why: /exit 0 without the final event/ }),
  },
  { what: 'exit 1', try: crash({ line: '@once @exit 1', why: /exit 1/ }) },
  { what: 'marker printed, then killed', try: crash({ line: '@once @die SIGKILL', says: '@marker', why: /signal 9/ }) },
  { what: 'marker in the output, at work', try: alive('@marker') },
  { what: 'a prompt as the last line, at work', try: alive("@run printf 'user@host:~$ '") },
  {
    what: '"exit code 1" in a message, at work',
    try: alive('@say The command failed with exit code 1: process exited.'),
  },
  { what: 'done, and its process stays', try: lingered },
  { what: 'one of three in a directory killed', try: together },
];

/** These befall every task, so each is tried alone. */
export const COMMON: readonly Fault[] = [
  {
    what: 'tmux server killed',
    try: crash({
      blow: async (_, ground) => kill(Number(await tmux(ground, 'display-message', '-p', '#{pid}'))),
      why: /the tmux server died/,
    }),
  },
  { what: 'daemon killed', try: survived(async (ground) => kill(await daemonPid(ground))) },
  {
    what: 'daemon killed, then the agent',
    try: crash({
      blow: async ({ pid }, ground) => {
        const agent = await pid('agent');
        kill(await daemonPid(ground));
        kill(agent);
      },
      why: /killed by signal 9/,
    }),
  },
];
