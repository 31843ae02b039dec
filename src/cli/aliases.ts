/** Other words for a command. */
export const aliases: ReadonlyMap<string, string> = new Map([
  ['ls', 'list'],
  ['--version', 'version'],
  ['-V', 'version'],
]);
