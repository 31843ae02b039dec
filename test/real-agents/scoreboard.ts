import type { TaskDetail } from '../../src/protocol/methods.ts';
import { kindsOf } from '../e2e/rig.ts';
import type { RealAgent } from './home.ts';
import manifest from './package.json' with { type: 'json' };

const VERSIONS: Readonly<Record<RealAgent, string>> = {
  codex: manifest.dependencies['@openai/codex'],
  claude: manifest.dependencies['@anthropic-ai/claude-code'],
  opencode: manifest.dependencies['opencode-ai'],
  pi: manifest.dependencies['@mariozechner/pi-coding-agent'],
};

/** What the cells came to, in the end printed as one table. */
export interface Scoreboard {
  /** Begins a cell, which has failed until what this returns is called with the ended tasks. */
  readonly begin: (agent: RealAgent, cell: string) => (tasks: readonly TaskDetail[]) => void;
  readonly print: () => void;
}

/** An empty one, with a row for each agent and a column for each cell. */
export function scoreboard(agents: readonly RealAgent[], cells: readonly string[]): Scoreboard {
  const results = new Map<string, string>();
  const key = (agent: string, cell: string): string => `${agent} ${cell}`;
  return {
    begin: (agent, cell) => {
      const beganAt = Date.now();
      results.set(key(agent, cell), 'FAILED');
      return (tasks) => {
        const seconds = ((Date.now() - beganAt) / 1000).toFixed(1);
        const lives = new Set(tasks.map((task) => kindsOf(task).join('+')));
        results.set(key(agent, cell), `ok ${seconds} s ${[...lives].join(', ')}`);
      };
    },
    print: () => {
      const rows = agents.map((agent) => [
        `${agent} ${VERSIONS[agent]}`,
        ...cells.map((cell) => results.get(key(agent, cell)) ?? 'not run'),
      ]);
      console.log(`\n${lines([['', ...cells], ...rows])}\n`);
    },
  };
}

/** Columns as wide as their widest word. */
function lines(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
