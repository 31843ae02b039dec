#!/bin/bash
# Starts `systemd --user` as the first login, or the boot of a machine whose user lingers, does; returns once it is up.
# Its environment is bare: no PATH of a login shell, nothing that the tests set for themselves.
set -euo pipefail
mkdir -p /sys/fs/cgroup/manager
(
  echo "$BASHPID" >/sys/fs/cgroup/manager/cgroup.procs
  exec setsid env -i HOME="$HOME" XDG_RUNTIME_DIR="$XDG_RUNTIME_DIR" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --user --log-target=console >>"$HOME/manager.log" 2>&1
) &
for _ in $(seq 100); do
  [ "$(systemctl --user is-system-running 2>/dev/null)" = running ] && exit
  sleep 0.1
done
