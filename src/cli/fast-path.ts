import { aliases } from './aliases.ts';
import { type Command, understood } from './command.ts';

/** Every verb and its module, in the order of the help; a module is loaded when its verb is used. */
export const verbs: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./commands/start.ts')).start,
  list: async () => (await import('./commands/list.ts')).list,
  show: async () => (await import('./commands/show.ts')).show,
  explain: async () => (await import('./commands/explain.ts')).explain,
  logs: async () => (await import('./commands/logs.ts')).logs,
  attach: async () => (await import('./commands/attach.ts')).attach,
  answer: async () => (await import('./commands/answer.ts')).answer,
  send: async () => (await import('./commands/send.ts')).send,
  stop: async () => (await import('./commands/stop.ts')).stop,
  retry: async () => (await import('./commands/retry.ts')).retry,
  wait: async () => (await import('./commands/wait.ts')).wait,
  events: async () => (await import('./commands/events.ts')).events,
  progress: async () => (await import('./commands/progress.ts')).progress,
  notices: async () => (await import('./commands/notices.ts')).notices,
  notify: async () => (await import('./commands/notify.ts')).notify,
  prune: async () => (await import('./commands/prune.ts')).prune,
  trust: async () => (await import('./commands/trust.ts')).trust,
  daemon: async () => (await import('./commands/daemon.ts')).daemon,
  config: async () => (await import('./commands/config.ts')).config,
  service: async () => (await import('./commands/service.ts')).service,
  skill: async () => (await import('./commands/skill.ts')).skill,
  mcp: async () => (await import('./commands/mcp.ts')).mcp,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  completion: async () => (await import('./commands/completion.ts')).completion,
  demo: async () => (await import('./commands/demo.ts')).demo,
  selftest: async () => (await import('./commands/selftest.ts')).selftest,
  version: async () => (await import('./commands/version.ts')).version,
};

/** What a command line means that has no flag but `--json`. Loading yargs takes 60 ms (Node 20, 2026-11); this takes none. */
export async function fastPath([verb = '', ...words]: readonly string[]): Promise<ReturnType<typeof understood>> {
  const load = verbs[aliases.get(verb) ?? verb];
  return load && understood(await load(), words);
}
