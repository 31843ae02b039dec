#!/bin/bash
# Runs a command beside a real `systemd --user` manager where PID 1 is not systemd: in a container, in CI.
# Needs root and the systemd package. All of it lives in mount, pid and cgroup namespaces of its own, and ends with them.
# usage: sandbox.sh COMMAND...
set -euo pipefail

if [ "${SANDBOX_STAGE:-outer}" = outer ]; then
  cgroup=
  for each in /sys/fs/cgroup/unified /sys/fs/cgroup; do
    [ -e "$each/cgroup.procs" ] && [ "$(stat -fc %T "$each")" = cgroup2fs ] && cgroup=$each && break
  done
  [ -n "$cgroup" ] || { echo 'sandbox.sh: there is no cgroup2 mount' >&2; exit 77; }
  own=$cgroup/holdfast-test-$$
  before=$cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
  SANDBOX_HOME=$(mktemp -d /tmp/hfs-XXXXXX)
  mkdir "$own"
  # shellcheck disable=SC2317 # the trap calls it
  leave() {
    echo $$ >"$before/cgroup.procs" || true
    find "$own" -depth -type d -exec rmdir {} + 2>/dev/null || true
    rm -rf "$SANDBOX_HOME"
  }
  trap leave EXIT
  echo $$ >"$own/cgroup.procs" # what is namespaced below becomes the root of what the manager sees
  export SANDBOX_HOME SANDBOX_STAGE=inner
  unshare --mount --pid --fork --mount-proc --cgroup --kill-child "$0" "$@"
  exit
fi

mount --make-rprivate /
umount -R /sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system # without it systemd says that the machine was not booted with it
uid=$(id -u)
export XDG_RUNTIME_DIR=/run/user/$uid HOME=$SANDBOX_HOME TMUX_TMPDIR=$SANDBOX_HOME/tmux
unset DBUS_SESSION_BUS_ADDRESS TMUX XDG_CONFIG_HOME XDG_STATE_HOME XDG_DATA_HOME INVOCATION_ID
mkdir -p "$XDG_RUNTIME_DIR" "$TMUX_TMPDIR" "$HOME/.config" /sys/fs/cgroup/tests /sys/fs/cgroup/manager
chmod 700 "$XDG_RUNTIME_DIR" "$TMUX_TMPDIR"
echo $$ >/sys/fs/cgroup/tests/cgroup.procs
"$(dirname "$0")/manager.sh"
"$@"
