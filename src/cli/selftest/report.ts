import type { Output } from '../output.ts';
import type { Finding } from './kinds.ts';

/** The page on which the findings appear, a row each as soon as it is known. */
export interface Report {
  readonly begin: (where: string) => void;
  readonly row: (fault: string, finding: Finding) => void;
  /** Closes the page and says how many verdicts were wrong. */
  readonly end: () => number;
}

const FAULT = 37;
const VERDICT = 17;
const TIME = 9;

/** Opens a page; with `--json` it is one document at the end. */
export function report(output: Output, now: () => number = () => performance.now()): Report {
  const began = now();
  const rows: (Finding & { readonly fault: string; readonly right: boolean })[] = [];
  let where = '';
  const line = (sign: string, fault: string, verdict: string, known: string, resumed: string, evidence: string) =>
    `${sign} ${fault.padEnd(FAULT)}${verdict.padEnd(VERDICT)}${known.padStart(TIME)}${resumed.padStart(TIME)}  ${evidence}`;

  return {
    begin(text) {
      where = text;
      if (output.json) return;
      output.print(output.paint('dim', text));
      output.print(output.paint('dim', line(' ', 'what befalls it', 'verdict', 'known', 'resumed', 'evidence')));
    },
    row(fault, finding) {
      const right = finding.wrong.length === 0;
      rows.push({ ...finding, fault, right });
      if (output.json) return;
      const { verdict, knownMs, resumedMs, evidence } = finding;
      const said = right ? evidence : finding.wrong.join('; ');
      const sign = right ? output.paint('green', '✓') : output.paint('red', '✗');
      output.print(line(sign, fault, verdict, time(knownMs), time(resumedMs), said));
    },
    end() {
      const wrong = rows.filter(({ right }) => !right).length;
      const elapsedMs = Math.round(now() - began);
      if (output.json) output.document({ where, rows, wrong, elapsedMs });
      else {
        const text = `${rows.length} faults, ${wrong} wrong verdicts, ${(elapsedMs / 1000).toFixed(1)} s`;
        output.print(output.paint(wrong === 0 ? 'green' : 'red', text));
      }
      return wrong;
    },
  };
}

const time = (ms: number | undefined): string => (ms === undefined ? '-' : `${Math.round(ms)} ms`);
