/** Does what is asked of it by means of files in its home: what is written there decides how it answers. */
export const SYSTEMCTL = `#!/bin/sh
cd "$HOME" || exit
[ "$1" = --user ] && shift
echo "$*" >>said
[ -e dead ] && { echo 'Failed to connect to bus: No medium found' >&2; exit 1; }
case "$1" in
  show) case "$*" in *UnitPath*) echo "/run/user/1/x/user.control $HOME/units of mine/systemd/user /etc/systemd/user" ;; esac ;;
  start | restart) : >active ;;
  stop | disable) [ -e stubborn ] && { echo 'Job failed' >&2; exit 1; }; rm -f active ;;
  is-active) [ -e active ] || exit 3 ;;
  status) [ -e active ] && echo 'Active: active (running)' || { echo 'Active: failed (Result: exit-code)'; exit 3; } ;;
esac
exit 0
`;

/** The same of a logind that grants lingering where that is written, or is not there. */
export const LOGINCTL = `#!/bin/sh
cd "$HOME" || exit
echo "$1" >>linger-said
case "$1" in
  enable-linger) [ -e may-linger ] && : >lingers; exit 0 ;;
  show-user) [ -e no-logind ] && [ ! -e lingers ] && exit 1; [ -e lingers ] && echo yes || echo no ;;
esac
`;
