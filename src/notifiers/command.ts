import { z } from 'zod';
import { runProgram } from '../system/program.ts';
import { which } from '../system/which.ts';
import { defineNotifier, documentOf, taskOf } from './definition.ts';

const TIMEOUT_MS = 30_000;
/** sysexits.h EX_USAGE, EX_CONFIG, and the shell's own for what cannot be run: trying again is pointless. */
const HOPELESS = [64, 78, 126, 127];

/** Runs any program: the notice as JSON on its standard input, and its parts in the environment. */
export const command = defineNotifier({
  type: 'command',
  shape: { argv: z.array(z.string()).min(1).describe('the program and its arguments; no shell reads them') },
  make: ({ argv }, { env }) => ({
    audience: 'program',
    folds: 'account',
    async check() {
      const [file = ''] = argv;
      return (await which(file, env.PATH ?? '')) === undefined ? `${file} is not on the PATH of the daemon` : undefined;
    },
    async send(letter) {
      const { id, kind, sentence } = letter.notice;
      const facts = {
        HOLDFAST_NOTICE: id,
        HOLDFAST_EVENT: kind,
        HOLDFAST_TASK_NAME: taskOf(letter).name,
        HOLDFAST_TEXT: sentence,
      };
      const stdin = `${JSON.stringify(documentOf(letter))}\n`;
      const { status, why } = await runProgram({ argv, env: { ...env, ...facts }, timeoutMs: TIMEOUT_MS, stdin });
      if (status === 0) return { result: 'sent' };
      return {
        result: status !== undefined && HOPELESS.includes(status) ? 'refused' : 'later',
        why: `${argv[0]} ${why}`,
      };
    },
  }),
});
