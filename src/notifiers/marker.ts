import { mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../system/files.ts';
import { defineNotifier, documentOf } from './definition.ts';

/** A file for each task that is over, `<task>.done`, for scripts that wait for one. It holds the notice. */
export const marker = defineNotifier({
  type: 'marker',
  shape: { directory: z.string().refine(isAbsolute, 'write an absolute path') },
  make: ({ directory }) => ({
    audience: 'program',
    takes: ({ notice }) => notice.task.over,
    async send(letter) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeDurably(join(directory, `${letter.notice.task.name}.done`), `${JSON.stringify(documentOf(letter))}\n`);
      return { result: 'sent' };
    },
  }),
});
