import type { AgentEvent } from '../../domain/event.ts';
import { narrate } from '../../domain/narrate.ts';
import type { Output, Style } from '../output.ts';

/** Who a line is from, or what it means. */
export type Mark = 'holdfast' | 'death' | 'life' | 'end' | 'note';

/** What happens, a line each, with the seconds since the beginning. */
export interface Timeline {
  readonly tell: (mark: Mark, text: string) => void;
  /** What the agent says of itself. */
  readonly agent: (event: AgentEvent) => void;
}

const LOOKS: Readonly<Record<Mark, { readonly sign: string; readonly style: Style }>> = {
  holdfast: { sign: '▸', style: 'cyan' },
  death: { sign: '✗', style: 'red' },
  life: { sign: '↻', style: 'green' },
  end: { sign: '●', style: 'green' },
  note: { sign: ' ', style: 'dim' },
};
const MARGIN = 12;

/** Begins a timeline; `now` counts milliseconds. */
export function startTimeline(output: Output, now: () => number = () => performance.now()): Timeline {
  const begin = now();
  const line = (what: string, text: string, look: string): void => {
    const elapsedMs = Math.round(now() - begin);
    if (output.json) output.document({ elapsedMs, what, text });
    else output.print(`${output.paint('dim', `${(elapsedMs / 1000).toFixed(2).padStart(6)} s`)} ${look}`);
  };
  const style = { color: output.color, ...(output.width === undefined ? {} : { width: output.width - MARGIN }) };
  return {
    tell(mark, text) {
      const { sign, style } = LOOKS[mark];
      line(mark, text, output.paint(style, `${sign} ${text}`));
    },
    agent(event) {
      if (event.type === 'conversation' || event.type === 'turn-ended') return; // told in our own words
      for (const text of narrate(event, style)) line('agent', text, `${output.paint('dim', '│')} ${text}`);
    },
  };
}
