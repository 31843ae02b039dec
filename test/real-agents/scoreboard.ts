import { writeFileSync } from 'node:fs';
import type { RealAgent } from './home.ts';
import manifest from './package.json' with { type: 'json' };

const VERSIONS: Readonly<Record<RealAgent, string>> = {
  codex: manifest.dependencies['@openai/codex'],
  claude: manifest.dependencies['@anthropic-ai/claude-code'],
  opencode: manifest.dependencies['opencode-ai'],
  pi: manifest.dependencies['@mariozechner/pi-coding-agent'],
};

/** What the cells came to: a row for each thing that may befall a task, a column for each agent. */
export interface Scoreboard {
  /** Begins a cell, which has failed until what this returns is called with what it came to. */
  readonly begin: (agent: RealAgent, row: string) => (cell: string) => void;
  readonly print: () => void;
}

const FAILED = 'FAILED';

/** An empty one. With `HOLDFAST_WRITE_DOCS=1` one that is whole and green is written to `file` too, with these words before it. */
export function scoreboard(
  agents: readonly RealAgent[],
  rows: readonly string[],
  page?: { readonly file: URL; readonly above: string; readonly below: () => string },
): Scoreboard {
  const cells = new Map<string, string>();
  const key = (agent: string, row: string): string => `${agent} ${row}`;
  const table = (): string =>
    lines([
      ['', ...agents.map((agent) => `${agent} ${VERSIONS[agent]}`)],
      ...rows.map((row) => [row, ...agents.map((agent) => cells.get(key(agent, row)) ?? 'not run')]),
    ]);
  return {
    begin: (agent, row) => {
      cells.set(key(agent, row), FAILED);
      return (cell) => cells.set(key(agent, row), cell);
    },
    print: () => {
      const text = `${table()}\n${page?.below() ?? ''}`;
      console.log(`\n${text}`);
      const whole = cells.size === agents.length * rows.length && ![...cells.values()].includes(FAILED);
      if (page && process.env.HOLDFAST_WRITE_DOCS === '1' && whole) writeFileSync(page.file, `${page.above}\n${text}`);
    },
  };
}

/** A table of Markdown, its columns as wide as their widest word. */
export function lines([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  return `${line(head)}| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n${rows.map(line).join('')}`;
}
