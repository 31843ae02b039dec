import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noticeOf } from '../../dist/domain/notice.js';

/** The text of a file; empty where there is none. */
export const textOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Every whole line of a task's journal, read from the disk: it needs no daemon that answers. */
export const journalOf = ({ directory }) =>
  textOf(join(directory, 'journal.ndjson'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line.slice(9))); // a checksum stands before each

/** The ids of all notices that follow from what is written down. */
export const expectedNotices = (accepted) => [...accepted.values()].flatMap(noticesOf);

function noticesOf(task) {
  const text = textOf(join(task.directory, 'spec.json'));
  if (text === '') return [];
  const spec = JSON.parse(text);
  const entries = journalOf(task);
  return entries.slice(1).flatMap(({ happening, at, task: after }, index) => {
    const notice = noticeOf({ spec, before: entries[index].task, after, happening, at });
    return notice ? [notice.id] : [];
  });
}
