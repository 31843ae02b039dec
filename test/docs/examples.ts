/** How an example of docs/commands.md is run: what has to be there before, or why it is not run. */
type Way = { readonly after: string } | { readonly not: string };

const start = (script: string, more = ''): string => `holdfast start demo fix-login --yes ${more} --prompt '${script}'`;
const over = `${start('@say done')}; holdfast wait fix-login`;
const asks = `${start('@ask Shall I?')}; until holdfast list --state waiting-input --json | grep -q fix-login; do sleep 0.05; done`;
const failed = (kind: string): string => `${start(`@once @fail ${kind}`)}; holdfast wait fix-login || true`;
const plain: Way = { after: 'true' };

/** By how the line begins; the first that fits counts. */
export const WAYS: readonly (readonly [string, Way])[] = [
  ['holdfast start codex fix-login', { after: 'echo "Mend the login." >task.md; holdfast trust . ' }],
  ['git diff |', { after: 'git init -q .; echo a >f; git add f; echo b >f; holdfast trust .; touch "$HOME/looked"' }],
  ['holdfast list', { after: over }],
  ['holdfast show fix-login', { after: over }],
  ['holdfast explain fix-login', { after: over }],
  ['holdfast logs fix-login', { after: over }],
  ['holdfast attach fix-login', { after: start('@wait go') }],
  ['holdfast answer fix-login', { after: asks }],
  ['holdfast send fix-login', { after: asks }],
  ['holdfast stop fix-login', { after: start('@wait go') }],
  ['holdfast retry --failed-by auth', { after: failed('auth') }],
  ['holdfast retry fix-login', { after: `${failed('billing')}; echo "Go on." >more.md` }],
  [
    'holdfast wait fix-login',
    {
      after: `${over}; git init -q --bare ../far; git init -q .; git remote add origin ../far; git -c user.name=me -c user.email=me@example.org commit -q --allow-empty -m x; git push -qu origin HEAD`,
    },
  ],
  ['holdfast events --since', { not: 'follows until it is ended: test/e2e/events.test.ts' }],
  ['holdfast events', { after: over }],
  ['holdfast progress', { not: 'said by an agent from inside of its task: test/e2e/notices.test.ts' }],
  ['holdfast notices', plain],
  [
    'holdfast notify test phone',
    { after: `holdfast config set notify.to '{"phone":{"type":"command","argv":["true"]}}'` },
  ],
  ['holdfast notify', { not: "needs OpenClaw's gateway: test/real-openclaw" }],
  ['holdfast prune', { after: over }],
  ['holdfast trust', { after: 'mkdir ~/src' }],
  ['holdfast daemon status', { after: 'holdfast daemon start' }],
  ['holdfast config edit', { after: 'export EDITOR=true' }],
  ['holdfast config', plain],
  ['holdfast service', { not: 'beside systemd: test/service' }],
  ['holdfast skill', { after: 'mkdir -p ~/.claude' }],
  ['claude mcp', { not: 'a command of another program: test/real-agents' }],
  ['codex mcp', { not: 'a command of another program: test/real-agents' }],
  ['holdfast doctor', plain],
  ['eval', plain],
  ['holdfast completion', { after: 'mkdir -p ~/.zfunc ~/.config/fish/completions' }],
  ['holdfast demo', plain],
  ['holdfast selftest', { not: 'half a minute: test/e2e/selftest.test.ts' }],
  ['holdfast version', plain],
];
