#!/bin/sh
# What an agent's hooks run: adds the JSON on standard input, as one line, to the events of the attempt.
# Hooks of parallel tools run at once: the line is made beside, then added by one write (cat moves 128 KiB and more at once).
umask 077
line=$HOLDFAST_EVENTS.$$
{ tr '\n' ' ' && echo; } >"$line" && cat "$line" >>"$HOLDFAST_EVENTS"
rm -f "$line"
