/** A fault in a JSON text that a person edits; `line` counts from 1. */
export class EditedJsonError extends Error {
  override readonly name = 'EditedJsonError';
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** What was read, and on which line the value at a path begins: the nearest one that is there. */
export interface EditedJson {
  readonly value: unknown;
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

const TOKEN = /"(?:[^"\\\n]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|"/y;
const SPACE = /[ \t\r\n]*/y;
const DEEPEST = 100;

/**
 * Reads JSON as `JSON.parse` does, but tells every fault with its line (Node 20 often tells no position at all), and takes
 * for faults what JSON.parse swallows: a key that is there twice, and `__proto__`.
 */
export function readEditedJson(text: string): EditedJson {
  const lines = new Map<string, number>();
  let at = 0;
  let line = 1;
  let token = '';

  const fault = (message: string): never => {
    throw new EditedJsonError(line, message);
  };
  const advance = (): void => {
    SPACE.lastIndex = at;
    const space = SPACE.exec(text)?.[0] ?? '';
    line += space.split('\n').length - 1;
    TOKEN.lastIndex = at + space.length;
    token = TOKEN.exec(text)?.[0] ?? '';
    at += space.length + token.length;
  };
  const shown = (): string => (token === '' ? 'the end' : JSON.stringify(token.slice(0, 40)));
  const scalar = (): unknown => {
    try {
      return JSON.parse(token);
    } catch {
      return fault(token === '' ? 'the text ends too early' : `${shown()} is not expected here`);
    }
  };
  const expect = (wanted: string): void => {
    if (token !== wanted) fault(`"${wanted}" is missing before ${shown()}`);
    advance();
  };

  const members = (close: '}' | ']', read: () => void): void => {
    while (token !== close) {
      read();
      if (token === close) break;
      expect(',');
      if (token === close) fault(`the "," before "${close}" is one too many`);
    }
    advance();
  };
  const object = (path: readonly PropertyKey[]): unknown => {
    const found: Record<string, unknown> = {};
    members('}', () => {
      if (!token.startsWith('"')) fault(`a name in double quotes is missing before ${shown()}`);
      const key = String(scalar());
      if (key === '__proto__') fault('"__proto__" cannot be a name');
      if (Object.hasOwn(found, key)) fault(`${JSON.stringify(key)} is there twice`);
      lines.set(JSON.stringify([...path, key]), line);
      advance();
      expect(':');
      found[key] = value([...path, key]);
    });
    return found;
  };
  const array = (path: readonly PropertyKey[]): unknown => {
    const found: unknown[] = [];
    members(']', () => found.push(value([...path, found.length])));
    return found;
  };
  const value = (path: readonly PropertyKey[]): unknown => {
    if (path.length > DEEPEST) fault('it is nested too deeply');
    if (!lines.has(JSON.stringify(path))) lines.set(JSON.stringify(path), line);
    const opening = token;
    if (opening !== '{' && opening !== '[') {
      const found = scalar();
      advance();
      return found;
    }
    advance();
    return opening === '{' ? object(path) : array(path);
  };

  if (text.startsWith('\ufeff')) fault('it begins with a byte order mark: save it without');
  advance();
  const found = value([]);
  if (token !== '' || text.slice(at).trim() !== '') fault('there is more after the end');
  const lineOf = (path: readonly PropertyKey[]): number =>
    lines.get(JSON.stringify(path)) ?? (path.length === 0 ? 1 : lineOf(path.slice(0, -1)));
  return { value: found, lineOf };
}
