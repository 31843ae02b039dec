import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));

/** An agent that is logged in, says one thing, and is done once somebody has looked at it, where the story has somebody look. */
const CLAUDE = `#!/bin/sh
case "$1" in --version) echo 2.1.197; exit ;; auth) exit ;; esac
for word; do case "$word" in --session-id=*) id=\${word#*=} ;; esac; done
cat >/dev/null
echo '{"type":"system","subtype":"init","session_id":"'$id'","model":"m"}'
while [ ! -e "$HOME/looked" ]; do sleep 0.05; done
echo '{"type":"assistant","message":{"content":[{"type":"text","text":"done"}],"model":"m"},"session_id":"'$id'"}'
echo '{"type":"result","subtype":"success","is_error":false,"result":"done","session_id":"'$id'","num_turns":1}'
`;
const CODEX = `#!/bin/sh
case "$1" in --version) echo 'codex-cli 0.169.0'; exit ;; login) exit ;; esac
cat >/dev/null
echo '{"type":"thread.started","thread_id":"01a1fba6-4ac1-7590-8e4c-434a7bf70fff"}'
echo '{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"done"}}'
echo '{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}'
`;

/** holdfast as on a PATH. What fills a terminal gets one, in a tmux of its own, and a person who looks and leaves it. */
const HOLDFAST = `#!/bin/bash
real=('${process.execPath}' '${PROGRAM}')
screen() { tmux -L person -f /dev/null "$@"; }
leave=
case " $* " in
  ' attach '*) leave='tmux -L "$HOLDFAST_TMUX_SOCKET" list-clients | grep -q . && screen send-keys -t person C-b d' ;;
  *' --watch '*) leave='screen capture-pane -p -t person | grep -q "C leaves" && screen send-keys -t person C-c' ;;
  *) exec "\${real[@]}" "$@" ;;
esac
rm -f "$HOME/left"
screen new-session -d -s person -x 100 -y 30 sh -c 'unset TMUX; trap : INT; "$@"; echo $? >"$HOME/left"' sh "\${real[@]}" "$@"
until [ -s "$HOME/left" ]; do eval "$leave" || true; sleep 0.1; done
touch "$HOME/looked"
exit "$(cat "$HOME/left")"
`;

/** Puts what the documentation calls into a directory, to stand first on a PATH. */
export function standIns(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries({ holdfast: HOLDFAST, claude: CLAUDE, codex: CODEX })) {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), 0o755);
  }
}

/** Is there such a program here? */
export const isHere = (name: string): boolean => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

/** Runs a script that ends at its first failure; what it said is shown where the test fails. */
export function shell(
  script: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-euxo', 'pipefail', '-c', script], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}
