/** Where things are, below the state directory unless they begin with `~`. */
export const files: Readonly<Record<string, string>> = {
  '~/.config/holdfast/config.json': 'the settings: holdfast config path, list, edit',
  '~/.config/holdfast/env': 'variables for the daemon as a systemd service, one NAME=value a line',
  '.holdfast.json':
    'in a project: how its tasks are resumed (resume.*, silence.*, answers.*), as far as a project may say',
  'daemon.sock': 'the socket of the daemon',
  'daemon.log': 'what the daemon did, one JSON document a line',
  'status.json': 'how many tasks are in which state, for prompts and status bars; kept by the daemon',
  'tasks/<task>/journal.ndjson': 'everything that happened to a task: the truth',
  'tasks/<task>/attempts/<n>/': 'events.jsonl, stderr.log and exit.json of one life of the agent',
  'tasks/<task>/result.md': 'what came of it',
  'ended.digest': 'what a start of the daemon needs of the tasks that have ended: a copy, which may be removed',
  'quarantine/': 'tasks that could not be read',
};
