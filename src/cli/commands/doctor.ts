import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand } from '../command.ts';
import { toggle } from '../options.ts';
import type { Style } from '../output.ts';

const MARKS: Readonly<Record<string, readonly [string, Style]>> = {
  ok: ['ok', 'green'],
  fixed: ['fixed', 'green'],
  note: ['note', 'cyan'],
  warning: ['warning', 'yellow'],
  problem: ['PROBLEM', 'red'],
};

/** `holdfast doctor` */
export const doctor = defineCommand({
  command: 'doctor',
  describe: 'look for whatever could keep tasks from being supervised',
  builder: (yargs) =>
    yargs
      .option('fix', toggle('do what can be done without a question'))
      .example('$0 doctor', 'exit 1 if there is a problem')
      .epilogue('It works without a daemon too, and starts none.'),
  words: (words) => (words.length === 0 ? { fix: false } : undefined),
  async handler({ fix }: { readonly fix: boolean }, { env, paths, output }) {
    const { examine } = await import('../../doctor/examine.ts');
    const findings = await examine(paths, env, fix);
    const healthy = !findings.some(({ level }) => level === 'problem');
    if (output.json) {
      output.document({ healthy, findings });
      return healthy ? EXIT.ok : EXIT.error;
    }
    const { table } = await import('../table.ts');
    const rows = findings.flatMap(({ check, level, found, remedy, fixed }) => {
      const [mark = '', style = 'dim'] = MARKS[fixed === undefined ? level : 'fixed'] ?? [];
      const way = fixed ?? remedy;
      return [
        [{ text: mark, paint: (text: string) => output.paint(style, text) }, check, found],
        ...(way === undefined
          ? []
          : [['', '', { text: `→ ${way}`, paint: (text: string) => output.paint('bold', text) }]]),
      ];
    });
    output.print(table(rows)); // never cut: the remedy is at the end
    return healthy ? EXIT.ok : EXIT.error;
  },
});
