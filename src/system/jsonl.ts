const NEWLINE = 0x0a;
/** What is longer is not kept. */
export const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

/** How a splitter deals with lines that are too long to be kept. */
export interface LineLimit {
  readonly maxBytes?: number;
  /** Called once for each line that was dropped, when its end has been seen. */
  readonly onDropped?: () => void;
}

/**
 * Cuts a stream of bytes into the lines that are complete; what follows the last LF waits for the next chunk. A final
 * line without LF comes out when it is given a chunk that is only an LF.
 *
 * This is not node:readline on purpose: readline also splits at U+2028 and U+2029, which are legal inside JSON strings.
 * Bytes are decoded only as whole lines, so no character is torn; and each byte is searched once, so that an agent that
 * repeats a growing message in every event costs no more than its bytes.
 */
export function lineSplitter({
  maxBytes = LONGEST_LINE_BYTES,
  onDropped,
}: LineLimit = {}): (chunk: Buffer) => string[] {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;

  const keep = (part: Buffer): void => {
    waitingBytes += part.length;
    if (waitingBytes > maxBytes) waiting = [];
    else if (part.length > 0) waiting.push(Buffer.from(part)); // a copy: the caller may read into the same buffer again
  };

  const finish = (part: Buffer): string | undefined => {
    const tooLong = waitingBytes + part.length > maxBytes;
    const line = tooLong ? undefined : Buffer.concat([...waiting, part]).toString('utf8');
    waiting = [];
    waitingBytes = 0;
    if (tooLong) onDropped?.();
    return line;
  };

  return (chunk) => {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const line = finish(chunk.subarray(from, end));
      if (line !== undefined) lines.push(line);
      from = end + 1;
    }
    keep(chunk.subarray(from));
    return lines;
  };
}
