import { daemonFlags } from '../protocol/launch.ts';
import { stateLine } from '../protocol/service.ts';
import { LABEL } from '../protocol/service-manager.ts';
import type { ServiceFacts } from './facts.ts';

/** The text of the launchd agent, an XML property list. launchd expands neither `~` nor `$NAME`. The reason of every line: docs/service.md. */
export const launchdPlist = (facts: ServiceFacts): string => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by "holdfast service install"; an upgrade writes it anew.
${stateLine(facts.stateDir)}
-->
<plist version="1.0">
<dict>
  <key>Label</key>${string(LABEL)}
  <key>ProgramArguments</key>
  <array>${[facts.node, ...daemonFlags, facts.program, 'daemon', 'run'].map(string).join('')}</array>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>10</integer>
  <key>ExitTimeOut</key><integer>30</integer>
  <key>AbandonProcessGroup</key><true/>
  <key>LimitLoadToSessionType</key><array>${string('Aqua')}${string('Background')}</array>
  <key>SoftResourceLimits</key><dict><key>NumberOfFiles</key><integer>16384</integer></dict>
  <key>WorkingDirectory</key>${string(facts.home)}
  <key>EnvironmentVariables</key>
  <dict>
${Object.entries({ PATH: facts.path.join(':'), ...facts.environment })
  .map(([name, value]) => `    <key>${escaped(name)}</key>${string(value)}\n`)
  .join('')}  </dict>
  <key>StandardOutPath</key>${string(`${facts.home}/Library/Logs/holdfast.log`)}
  <key>StandardErrorPath</key>${string(`${facts.home}/Library/Logs/holdfast.log`)}
</dict>
</plist>
`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const string = (text: string): string => `<string>${escaped(text)}</string>`;
