/** The variables that holdfast reads, and those that a task's agent finds. */
export const environment: Readonly<Record<string, string>> = {
  HOLDFAST_STATE_DIR: 'where everything of one daemon lies; two directories never share a daemon',
  HOLDFAST_NO_START_DAEMON: '1: commands start no daemon',
  HOLDFAST_YES: '1: yes to the question for consent to a directory, for this command',
  HOLDFAST_DEBUG: '1: errors are shown with where they come from',
  HOLDFAST_LOG_LEVEL: 'of the daemon: trace, debug, info, warn, error',
  'HOLDFAST_<SETTING>':
    'a setting: HOLDFAST_RESUME_MAX_ATTEMPTS for resume.maxAttempts; read by the daemon when it starts. What gives consent (allowFull, answers.*, directories.*, environment.*), and startDaemon, is in the settings file only',
  HOLDFAST_TASK: 'in a task: its id',
  HOLDFAST_ATTEMPT: 'in a task: the number of the attempt',
  XDG_STATE_HOME: 'the state is in $XDG_STATE_HOME/holdfast [~/.local/state/holdfast]',
  XDG_CONFIG_HOME: 'the settings are in $XDG_CONFIG_HOME/holdfast/config.json [~/.config/…]',
  XDG_RUNTIME_DIR: 'for the socket, where the path of the state directory is too long for one',
  TMUX_TMPDIR: 'where tmux has its sockets',
  'VISUAL, EDITOR': 'for holdfast config edit',
  NO_COLOR: 'no colours',
};
