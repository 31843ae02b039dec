#!/bin/sh
# What an agent's hooks run: adds the JSON on standard input, as one line, to the events of the attempt.
#   hook.sh          no more than that
#   hook.sh give     where a conversation begins: prints the prompt too, once; another one that a person opens is none of ours
#   hook.sh again    where it was made shorter: prints to that same conversation what it was given
#   hook.sh given    before a turn: refuses it (2) where the prompt was not given, or the agent would look for a task of its own
# Hooks of parallel tools run at once: the line is made beside, then added by one write (cat moves 128 KiB and more at once).
umask 077
given=$HOLDFAST_EVENTS.given
[ "$1" = give ] && [ -e "$given" ] && exec cat >/dev/null
line=$HOLDFAST_EVENTS.$$
{ tr '\n' ' ' && echo; } >"$line" && cat "$line" >>"$HOLDFAST_EVENTS"
[ "$1" ] && conversation=$(sed -n 's/.*"session_id": *"\([^"]*\)".*/\1/p' "$line")
rm -f "$line"
case $1 in
  give) printf 'This is the task:\n\n' && cat "$HOLDFAST_PROMPT" && printf %s "$conversation" >"$given" ;;
  again)
    [ "$(cat "$given")" = "$conversation" ] || exit 0
    task=${HOLDFAST_EVENTS%/attempts/*}/prompt.md
    printf 'This is the task, once more:\n\n' && cat "$task"
    [ "$task" = "$HOLDFAST_PROMPT" ] || { printf '\n\nAnd this was said later:\n\n' && cat "$HOLDFAST_PROMPT"; }
    ;;
  given)
    [ -e "$given" ] && exit
    echo '{"hook_event_name":"PromptNotGiven"}' >>"$HOLDFAST_EVENTS"
    echo 'the task could not be handed over' >&2
    exit 2
    ;;
esac
