/** What a service file says that another one than the installing shell has to live with. */
export interface Said {
  /** The Node that runs the daemon. */
  readonly node?: string | undefined;
  readonly path?: string | undefined;
}

/** Reads what src/install/ has written, a unit or a property list; nothing of what it cannot read. */
export function readServiceFile(text: string): Said {
  if (text.includes('<plist')) {
    return {
      node: plain(/<key>ProgramArguments<\/key>\s*<array>\s*<string>([^<]*)</.exec(text)?.[1]),
      path: plain(/<key>PATH<\/key>\s*<string>([^<]*)</.exec(text)?.[1]),
    };
  }
  return {
    node: unquoted(/^ExecStart="((?:[^"\\]|\\.)*)"/m.exec(text)?.[1])?.replaceAll('$$', '$'),
    path: unquoted(/^Environment="PATH=((?:[^"\\]|\\.)*)"/m.exec(text)?.[1]),
  };
}

const unquoted = (word: string | undefined): string | undefined =>
  word?.replaceAll(/\\(.)/g, '$1').replaceAll('%%', '%');

const plain = (word: string | undefined): string | undefined =>
  word?.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
