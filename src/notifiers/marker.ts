import { mkdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../system/files.ts';
import { defineNotifier, documentOf } from './definition.ts';

/**
 * A file for each task that is over, `<task>.done`, for scripts that wait for one. It holds the notice. That of an earlier
 * life of the name goes when another begins: a script that waits from then on would take it for this one.
 */
export const marker = defineNotifier({
  type: 'marker',
  shape: { directory: z.string().refine(isAbsolute, 'write an absolute path') },
  make: ({ directory }) => {
    const file = (name: string): string => join(directory, `${name}.done`);
    return {
      audience: 'program',
      folds: 'nothing',
      takes: ({ notice }) => notice.task.over,
      begins: (name) => rm(file(name), { force: true }),
      async send(letter) {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        await writeDurably(file(letter.notice.task.name), `${JSON.stringify(documentOf(letter))}\n`);
        return { result: 'sent' };
      },
    };
  },
});
