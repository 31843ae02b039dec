declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The name a person gives a task: `a-z`, `0-9` and `-`, at most 40 characters; unique among tasks that are alive. */
export type TaskName = Branded<'TaskName'>;
/** The name of a task's own directory, `<name>-XXXXXX`; unique for ever. */
export type TaskId = Branded<'TaskId'>;

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const ID = /^[a-z0-9][a-z0-9-]{0,39}-[A-Za-z0-9]{6}$/;

/** Reads a task name. Throws a `RangeError` that says which names are possible. */
export function parseTaskName(text: string): TaskName {
  if (NAME.test(text)) return text as TaskName; // the pattern is the proof
  throw new RangeError(
    `${JSON.stringify(text.slice(0, 60))} is not a task name: use a-z, 0-9 and "-", 40 characters at most, no "-" at either end`,
  );
}

/** Reads a task id, or says `undefined` where the text cannot be one. */
export const parseTaskId = (text: string): TaskId | undefined => (ID.test(text) ? (text as TaskId) : undefined); // the pattern is the proof
