import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { holdfast } from './rig.ts';
import { until } from './until.ts';

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

test.runIf(process.platform === 'linux')(
  'the watchdog hears of a daemon that is still taking over its tasks',
  async () => {
    const hf = holdfast({ settings: { tickSeconds: 60 } });
    const tmux = execFileSync('sh', ['-c', 'command -v tmux'], { encoding: 'utf8' }).trim();
    mkdirSync(hf.inside('bin'));
    const program = (name: string, text: string): void =>
      writeFileSync(hf.inside('bin', name), `#!/bin/sh\n${text}`, { mode: 0o755 });
    program('systemd-notify', 'echo "$*" >>"$HOME/said"\n');
    program(
      'tmux',
      `case "$*" in *list-panes*) [ -e "$HOME/hold" ] && echo $$ >"$HOME/held"; while [ -e "$HOME/hold" ]; do sleep 0.02; done ;; esac
exec '${tmux}' "$@"
`,
    );
    const said = (): string => (existsSync(hf.inside('said')) ? readFileSync(hf.inside('said'), 'utf8') : '');
    writeFileSync(hf.inside('hold'), '');
    const env = {
      PATH: `${hf.inside('bin')}:${hf.env.PATH}`,
      NOTIFY_SOCKET: hf.inside('notify'),
      WATCHDOG_USEC: '200000',
    };
    const daemon = hf.begin({ env }, 'daemon', 'run');
    await until(() => said().includes('--ready') && existsSync(hf.inside('held')));
    await until(() => said().includes('WATCHDOG=1'));
    const waiting = Number(readFileSync(hf.inside('held'), 'utf8'));
    expect(isAlive(waiting), 'tmux has answered, or was given up').toBe(true); // so nothing is taken over, no tick has ended
    rmSync(hf.inside('hold'));
    await hf.cli('daemon', 'stop');
    expect((await daemon).code).toBe(0);
  },
);
