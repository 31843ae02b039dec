import { EXIT } from '../protocol/exit-codes.ts';
import { daemonFlags, daemonMalloc } from '../protocol/launch.ts';
import { stateLine } from '../protocol/service.ts';
import type { ServiceFacts } from './facts.ts';

/** `RestartSteps` came with systemd 254; older ones print "Unknown key" and go on without. */
const STEPS_SINCE = 254;

/** The text of the systemd user unit. The reason of every line: docs/service.md. */
export const systemdUnit = (
  facts: ServiceFacts,
): string => `# Written by "holdfast service install"; an upgrade writes it anew.
# Lines of your own belong into a drop-in: systemctl --user edit holdfast.service
# ${stateLine(facts.stateDir)}
[Unit]
Description=holdfast: supervisor of coding agents
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
ExecStart=${[command(facts.node), ...daemonFlags, command(facts.program)].join(' ')} daemon run
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=2
${(facts.systemdVersion ?? 0) >= STEPS_SINCE ? 'RestartSteps=8\nRestartMaxDelaySec=1min\n' : ''}RestartPreventExitStatus=${EXIT.tryAgain} ${EXIT.badSettings}
TimeoutStartSec=60
TimeoutStopSec=30
WatchdogSec=60
WatchdogSignal=SIGKILL
KillMode=process
OOMPolicy=continue
LimitNOFILE=16384
WorkingDirectory=${path(facts.home)}
${assignment('PATH', facts.path.join(':'))}
${Object.entries({ ...daemonMalloc, ...facts.environment })
  .map(([name, value]) => `${assignment(name, value)}\n`)
  .join('')}EnvironmentFile=-${path(facts.environmentFile)}
SyslogIdentifier=holdfast

[Install]
WantedBy=default.target
`;

/** systemd expands `%` everywhere. */
const path = (text: string): string => text.replaceAll('%', '%%');

/** A word in double quotes: there systemd reads `\\` and `\"` only. */
const quoted = (text: string): string =>
  `"${path(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** A word of a command line, where `$` begins a variable too. */
const command = (text: string): string => quoted(text).replaceAll('$', '$$$$');

const assignment = (name: string, value: string): string => `Environment=${quoted(`${name}=${value}`)}`;
