import type { EXIT } from '../../protocol/exit-codes.ts';

/** What each exit code says. */
export const exitCodes: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done',
  error: 'something else went wrong; it is told on stderr',
  usage: 'a flag, a name or an agent that does not exist',
  noSuchTask: 'there is no such task; of "daemon status": no daemon runs',
  wrongState: 'the task is in another state than this needs',
  nameTaken: 'a living task or session has this name already',
  badPrompt: 'the prompt cannot be taken as it is',
  noInput: 'the directory or the prompt file is not there',
  unavailable: 'the daemon is not running, or went away',
  noTmux: 'tmux is missing or too old',
  cannotWrite: 'a file cannot be written: the disk, the permissions, a directory that is not there',
  tryAgain:
    'not now, try again: another daemon holds the state directory, a task that is stopped does not end, or no process can be started',
  notAllowed: 'you, or the settings, do not allow this',
  badSettings: 'the settings cannot be read; the line is told',
  timeout: 'the time was up and the task is not over',
  gaveUp: 'the task was given up',
  lost: 'what became of the task cannot be known yet',
  noAgent: 'the agent is not on the PATH of the daemon',
  cancelled: 'the task was stopped by a person',
};
