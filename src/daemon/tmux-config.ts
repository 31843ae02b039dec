/**
 * The configuration of our tmux server. The operator's own is never read: a plugin or `destroy-unattached` there would
 * end every agent.
 */
export const tmuxConfig = `# Written by holdfast at each start of the daemon; changes are lost.
set -s exit-empty off
set -s escape-time 10
set -g update-environment ''
set -g default-terminal tmux-256color
set -g remain-on-exit on
set -g history-limit 10000
set -g destroy-unattached off
set -g detach-on-destroy on
set -g allow-rename off
set -g automatic-rename off
set -g window-size latest
set -g mouse on
set -g set-titles on
set -g status-left '#S '
set -g status-left-length 50
set -g status-right '%H:%M'
`;
