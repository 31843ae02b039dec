#!/bin/sh
# The pane's process: claim, hold, run, record.
#   runner.sh [--terminal] TASKDIR ATTEMPT [VIEW WORDS...]   started by tmux with an empty environment
#   runner.sh --agent TASKDIR ATTEMPT                        the child that becomes the agent
# --terminal: the agent draws in the pane itself, and something else writes its events.
# Exit: the agent's status; 73 no FIFO to hold; 76 the attempt was claimed before.
umask 077

# record FILE TEXT: whole or not at all.
record() { printf '%s\n' "$2" >"$1.tmp" && mv "$1.tmp" "$1"; }

# born PID: its start time, which together with the pid names a process for good.
born() {
  if [ -r "/proc/$1/stat" ]; then
    read -r stat <"/proc/$1/stat"
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    printf %s "${20}"
  else
    LC_ALL=C ps -o lstart= -p "$1"
  fi
}

if [ "$1" = --agent ]; then
  dir=$2 n=$3
  record "$dir/attempts/$n/agent.json" "{\"pid\":$$,\"start\":\"$(born $$)\"}"
  # The order changes to the directory, sets umask and environment, puts the agent's words into "$@" and names its $stdin.
  . "$dir/launch/$n.sh"
  [ -z "$stdin" ] && exec "$@"
  exec "$@" <"$stdin"
fi

terminal=
[ "$1" = --terminal ] && terminal=1 && shift
dir=$1 n=$2 at=$1/attempts/$2
shift 2
exec 9<>"$dir/launch/$n.fifo" || exit 73
mkdir "$at" 2>/dev/null || exit 76
# A typed ^C is for the agent. HUP stays as it is: a session that is closed must take the agent along.
trap : INT QUIT
record "$at/runner.json" "{\"pid\":$$,\"start\":\"$(born $$)\"}"

: >"$at/events.jsonl"
# The room for the exit record is taken while there is some: a disk that the agent has filled must not hide how it ended.
printf '%-14s\n' '' >"$at/exit.json"
"$@" "$at" 9>&- &
view=$!
# Marked from its first moment: until its record is written, the mark alone would find it.
agent() { HOLDFAST_MARK=${dir##*/}:$n sh "$0" --agent "$dir" "$n" 2>"$at/stderr.log" 9>&-; }
if [ "$terminal" ]; then agent; else agent >"$at/events.jsonl"; fi
status=$?
# One write, no rename: a fork of mv doubles the time until a death is known, and half of this is no JSON, so no record.
printf '%-14s\n' "{\"status\":$status}" 1<>"$at/exit.json"
exec 9>&- # end of file: whoever watches knows now
# A program that was killed leaves the terminal raw and its own screen up; what is printed below belongs to neither.
[ "$terminal" ] && stty sane 2>/dev/null && printf '\033[?1049l\033[?25h\033[0m\n'

# The view has read the agent's final event: it leaves with 0 only after a proven success.
if [ $# -gt 0 ] && wait "$view"; then
  read -r nonce <"$dir/launch/$n.nonce" && printf '\n__TASK_DONE__ %s\n' "$nonce"
fi
sleep 0.05 # tmux before 3.7 drops the tail of a pane that closes at once (measured on 3.3a)
exit "$status"
