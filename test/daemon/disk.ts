/** Bytes with the place that was the end when they were written. */
interface Append {
  readonly do: 'append';
  readonly node: number;
  readonly bytes: Buffer;
  readonly at: number;
}

/** A change of the disk that is in the cache only, until its file or directory is synced. */
type Change =
  | { readonly do: 'enter'; readonly dir: number; readonly name: string; readonly node: number; readonly from?: Place }
  | { readonly do: 'leave'; readonly dir: number; readonly name: string }
  | Append
  | { readonly do: 'truncate'; readonly node: number; readonly length: number };
type Op =
  | Change
  | { readonly do: 'sync'; readonly node: number }
  | { readonly do: 'acknowledge'; readonly what: string };

interface Place {
  readonly dir: number;
  readonly name: string;
}

/** A directory by the numbers of what it holds, or the bytes of a file. */
type Node = Map<string, number> | Buffer;
type Nodes = Map<number, Node>;

/** What a power cut may leave: a disk, and what had been acknowledged before. */
export interface Remains {
  readonly disk: Disk;
  readonly acknowledged: readonly string[];
  /** The same for the same of both. */
  readonly key: string;
}

const ROOT = 0;
const HALF = 2;

/** A disk with a cache that forgets: every operation is kept, so that every crash in between can be looked at. */
export class Disk {
  readonly #nodes: Nodes;
  #born: Nodes;
  #ops: Op[] = [];

  constructor(nodes: Nodes = new Map([[ROOT, new Map()]])) {
    this.#nodes = new Map(nodes);
    this.#born = new Map(nodes);
  }

  /** All that was written until here is on the disk for long. */
  settle(): void {
    this.#born = new Map(this.#nodes);
    this.#ops = [];
  }

  acknowledge(what: string): void {
    this.#ops.push({ do: 'acknowledge', what });
  }

  node(path: string): number | undefined {
    let here: number | undefined = ROOT;
    for (const name of path.split('/').filter(Boolean)) {
      const entries: Node | undefined = here === undefined ? undefined : this.#nodes.get(here);
      here = entries instanceof Map ? entries.get(name) : undefined;
    }
    return here;
  }

  read(node: number): Node {
    return this.#nodes.get(node) ?? Buffer.alloc(0);
  }

  make(path: string, content: Node): number {
    const node = this.#nodes.size + 1000;
    this.#nodes.set(node, content);
    this.#born.set(node, content);
    this.#change({ do: 'enter', ...this.#place(path), node });
    return node;
  }

  rename(from: string, to: string): void {
    const node = this.node(from);
    if (node === undefined) throw missing('rename', from);
    this.#change({ do: 'enter', ...this.#place(to), node, from: this.#place(from) });
  }

  /** Each name below goes by itself, before its directory does. */
  remove(path: string): void {
    const node = this.node(path);
    if (node === undefined) throw missing('rm', path);
    const content = this.read(node);
    if (content instanceof Map) for (const name of content.keys()) this.remove(`${path}/${name}`);
    this.#change({ do: 'leave', ...this.#place(path) });
  }

  append(node: number, bytes: Buffer): void {
    const content = this.read(node);
    this.#change({ do: 'append', node, bytes, at: content instanceof Buffer ? content.length : 0 });
  }

  truncate(node: number, length: number): void {
    this.#change({ do: 'truncate', node, length });
  }

  sync(node: number): void {
    this.#ops.push({ do: 'sync', node });
  }

  #change(change: Change): void {
    this.#ops.push(change);
    apply(this.#nodes, change);
  }

  #place(path: string): Place {
    const names = path.split('/').filter(Boolean);
    const dir = this.node(names.slice(0, -1).join('/'));
    if (dir === undefined) throw missing('open', path);
    return { dir, name: names.at(-1) ?? '' };
  }

  /** Everything that a power cut at any moment may have left, each different one once. */
  *afterPowerCuts(): Generator<Remains> {
    const seen = new Set<string>();
    for (let cut = 0; cut <= this.#ops.length; cut++) {
      const { durable, pending, acknowledged } = this.#synced(cut);
      for (const nodes of outcomes(durable, pending)) {
        const key = `${acknowledged.join()}|${text(nodes, ROOT)}`;
        if (seen.has(key)) continue;
        seen.add(key);
        yield { disk: new Disk(nodes), acknowledged, key };
      }
    }
  }

  /** What is safe after the first operations, and what is in the cache only. */
  #synced(cut: number): { durable: Nodes; pending: readonly Change[]; acknowledged: readonly string[] } {
    const durable = new Map(this.#born);
    let pending: Change[] = [];
    const acknowledged: string[] = [];
    for (const op of this.#ops.slice(0, cut)) {
      if (op.do === 'acknowledge') acknowledged.push(op.what);
      else if (op.do !== 'sync') pending.push(op);
      else {
        for (const change of pending) if (homeOf(change) === op.node) apply(durable, change);
        pending = pending.filter((change) => homeOf(change) !== op.node);
      }
    }
    return { durable, pending, acknowledged };
  }
}

/** Whose sync makes it safe. */
const homeOf = (change: Change): number => (isName(change) ? change.dir : change.node);

const isName = (change: Change): change is Extract<Change, { readonly dir: number }> =>
  change.do === 'enter' || change.do === 'leave';

function apply(nodes: Nodes, change: Change): void {
  const node = nodes.get(homeOf(change)) ?? Buffer.alloc(0);
  if (change.do === 'leave') {
    enter(nodes, change.dir, (entries) => entries.delete(change.name));
  } else if (change.do === 'enter') {
    if (change.from) enter(nodes, change.from.dir, (entries) => entries.delete(change.from?.name ?? ''));
    enter(nodes, change.dir, (entries) => entries.set(change.name, change.node));
  } else if (node instanceof Buffer) {
    nodes.set(change.node, change.do === 'append' ? written(node, change) : node.subarray(0, change.length));
  }
}

/** In their place, which is not the end where what they replace is still there. */
const written = (content: Buffer, { at, bytes }: Append): Buffer =>
  Buffer.concat([content.subarray(0, at), bytes, content.subarray(at + bytes.length)]);

function enter(nodes: Nodes, dir: number, edit: (entries: Map<string, number>) => void): void {
  const entries = nodes.get(dir);
  const next = new Map(entries instanceof Map ? entries : []);
  edit(next);
  nodes.set(dir, next);
}

/** Of the names any may have reached the disk; of a file's bytes a beginning, its end torn or nothing but zeros. */
function* outcomes(durable: Nodes, pending: readonly Change[]): Generator<Nodes> {
  const names = pending.filter(isName);
  const files = [...new Set(pending.filter((change) => !isName(change)).map(homeOf))];
  for (let chosen = 0; chosen < 1 << names.length; chosen++) {
    const base = new Map(durable);
    names.forEach((change, i) => {
      if (chosen & (1 << i)) apply(base, change);
    });
    yield* withBytes(base, pending, files);
  }
}

function* withBytes(base: Nodes, pending: readonly Change[], files: readonly number[]): Generator<Nodes> {
  const [file, ...others] = files;
  if (file === undefined) return yield base;
  const changes = pending.filter((change) => !isName(change) && change.node === file);
  for (let whole = 0; whole <= changes.length; whole++) {
    for (const tail of torn(changes[whole], changes[whole + 1])) {
      const nodes = new Map(base);
      for (const change of [...changes.slice(0, whole), ...tail]) apply(nodes, change);
      yield* withBytes(nodes, pending, others);
    }
  }
}

/** Its bytes may be there before the size is that of the file without what they replace. */
function torn(next: Change | undefined, after: Change | undefined): readonly (readonly Change[])[] {
  if (next?.do === 'truncate' && after?.do === 'append') return torn(after, undefined).concat([[after]]);
  if (next?.do !== 'append') return [[]];
  const half = next.bytes.subarray(0, next.bytes.length / HALF);
  return [[], [{ ...next, bytes: half }], [{ ...next, bytes: Buffer.alloc(next.bytes.length) }]];
}

/** The whole tree, to tell one outcome from another. */
function text(nodes: Nodes, number: number): string {
  const node = nodes.get(number) ?? Buffer.alloc(0);
  if (!(node instanceof Map)) return node.toString('base64');
  const entries = [...node].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, child]) => `${name}:${text(nodes, child)}`).join()}}`;
}

/** The error that Node throws for what is not there. */
export const missing = (call: string, path: string): Error =>
  Object.assign(new Error(`ENOENT: no such file or directory, ${call} '${path}'`), { code: 'ENOENT' });
