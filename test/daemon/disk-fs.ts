import { dirname } from 'node:path';
import { Disk, missing } from './disk.ts';

/** Not imported: the test replaces `node:fs` by this very module. */
const { constants } = process.getBuiltinModule('node:fs');

/** The disk that the functions below work on, what they should sync and do not, to see whether a test minds, and what cannot be synced. */
export const current = {
  disk: new Disk(),
  forgets: 'nothing' as 'nothing' | 'bytes' | 'names',
  sick: undefined as string | undefined,
};

const kind = (node: number) => {
  const content = current.disk.read(node);
  const isDirectory = () => content instanceof Map;
  const size = content instanceof Buffer ? content.length : 0;
  const isSymbolicLink = () => false;
  return {
    isDirectory,
    isFile: () => !isDirectory(),
    isSymbolicLink,
    size,
    uid: process.getuid?.(),
    mode: 0o700,
    mtimeMs: 0,
  };
};

function found(call: string, path: string): number {
  const node = current.disk.node(path);
  if (node === undefined) throw missing(call, path);
  return node;
}

function sync(node: number): void {
  if (current.sick !== undefined && current.disk.node(current.sick) === node) throw new Error('EIO: i/o error, fsync');
  if (current.forgets !== (kind(node).isDirectory() ? 'names' : 'bytes')) current.disk.sync(node);
}

function handle(node: number) {
  const { disk } = current;
  return {
    stat: async () => kind(node),
    writeFile: async (data: string | Uint8Array) => disk.append(node, Buffer.from(data)),
    readFile: async () => current.disk.read(node),
    truncate: async (length: number) => disk.truncate(node, length),
    sync: async () => sync(node),
    datasync: async () => sync(node),
    close: async () => undefined,
  };
}

const has = (flags: string | number, flag: number): boolean => typeof flags === 'number' && (flags & flag) !== 0;

/** As much of `node:fs/promises` as the journal, the store and `writeDurably` use, on the simulated disk. */
export const simulated = {
  open: async (path: string, flags: string | number) => {
    const { disk } = current;
    const node = disk.node(path);
    const creates = flags === 'a' || has(flags, constants.O_CREAT);
    if (node === undefined && !creates) throw missing('open', path);
    if (node === undefined) return handle(disk.make(path, Buffer.alloc(0)));
    if (has(flags, constants.O_TRUNC)) disk.truncate(node, 0);
    return handle(node);
  },
  readFile: async (path: string, encoding?: 'utf8') => {
    const content = current.disk.read(found('open', path));
    if (!(content instanceof Buffer)) throw Object.assign(new Error('EISDIR'), { code: 'EISDIR' });
    return encoding ? content.toString(encoding) : content;
  },
  writeFile: async (path: string, data: string) => (await simulated.open(path, constants.O_CREAT)).writeFile(data),
  truncate: async (path: string, length: number) => current.disk.truncate(found('truncate', path), length),
  rename: async (from: string, to: string) => current.disk.rename(from, to),
  mkdir: async (path: string) => simulatedNow.mkdirSync(path),
  mkdtemp: async (prefix: string) => {
    await simulated.mkdir(`${prefix}AAAAAA`);
    return `${prefix}AAAAAA`;
  },
  readdir: async (path: string) => {
    const content = current.disk.read(found('scandir', path));
    return content instanceof Map ? [...content.keys()] : [];
  },
  rm: async (path: string, { force = false } = {}) => {
    if (!force || current.disk.node(path) !== undefined) current.disk.remove(path);
  },
  lstat: async (path: string) => kind(found('lstat', path)),
  stat: async (path: string) => kind(found('stat', path)),
};

/** What is read or made at once, before anybody waits for an answer; a descriptor is the number of a node. */
export const simulatedNow = {
  /** With all above it; the first that was made comes back. */
  mkdirSync: (path: string): string | undefined => {
    if (current.disk.node(path) !== undefined) return undefined;
    const first = simulatedNow.mkdirSync(dirname(path));
    current.disk.make(path, new Map());
    return first ?? path;
  },
  lstatSync: (path: string) => {
    const node = current.disk.node(path);
    return node === undefined ? undefined : kind(node);
  },
  fsyncSync: (node: number) => sync(node),
  openSync: (path: string): number => {
    const node = current.disk.node(path);
    if (node === undefined) throw missing('open', path);
    return node;
  },
  fstatSync: (node: number) => kind(node),
  readFileSync: (node: number) => current.disk.read(node),
  readSync: (node: number, into: Buffer, offset: number, length: number, position: number): number => {
    const content = current.disk.read(node);
    return content instanceof Map ? 0 : content.copy(into, offset, position, position + length);
  },
  closeSync: () => undefined,
};
