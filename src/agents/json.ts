// What an agent prints is JSON of unknown shape, and of another shape in its next version: each of these narrows a value
// or stands something harmless in for it, and none throws.

/** The fields of an object; none of anything else. */
export const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** The items of an array; none of anything else. */
export const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A text; empty for anything else. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A finite number, if it is one. */
export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** A count of tokens; 0 where none is given. */
export const count = (value: unknown): number => Math.max(0, number(value) ?? 0);

/** An optional field for a number: nothing where it is not one. */
export const maybe = <Name extends string>(name: Name, value: unknown): { readonly [N in Name]?: number } => {
  const known = number(value);
  // a computed key widens the type to an index of strings; the only key is `name`
  return known === undefined ? {} : ({ [name]: known } as { readonly [N in Name]: number });
};

/** The text of content that is one string, or a list of blocks of which some are text. */
export const contentText = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : items(content)
        .map((block) => text(fields(block).text))
        .filter((words) => words !== '')
        .join('\n');

const TELLING = ['command', 'cmd', 'file_path', 'filePath', 'path', 'pattern', 'query', 'url', 'description', 'prompt'];

/** What a tool call is about, in one line: its command, file or query, else its arguments. */
export function about(input: unknown): string {
  const given = fields(input);
  const telling = TELLING.map((name) => text(given[name])).find((words) => words !== '');
  const words = telling ?? (Object.keys(given).length === 0 ? '' : JSON.stringify(given));
  return words.replace(/\s+/g, ' ').trim().slice(0, 300);
}
