/** What other programs call our commands; by their letters alone `kill` would be taken for `skill`. */
export const otherWords: ReadonlyMap<string, string> = new Map([
  ['cancel', 'stop'],
  ['kill', 'stop'],
  ['ps', 'list'],
  ['status', 'list'],
  ['delete', 'prune'],
  ['remove', 'prune'],
  ['rm', 'prune'],
  ['new', 'start'],
  ['run', 'start'],
  ['tail', 'logs'],
  ['resume', 'retry'],
]);
