import type { Disk } from '../disk.ts';
import { current } from '../disk-fs.ts';

/** What is written, when it is acknowledged, and what must be found after a power cut at any moment. */
export interface Promised {
  readonly work: (acknowledge: (what: string) => void) => Promise<void>;
  readonly look: (acknowledged: readonly string[]) => Promise<void>;
}

/**
 * Runs the work on an empty disk, then looks at everything different that a power cut may have left, and at what a second
 * one, while it is looked at, may leave of that: how much was there?
 */
export async function afterEachPowerCut({ work, look }: Promised, cuts: 1 | 2 = 2): Promise<number> {
  const { disk } = current;
  await work((what) => disk.acknowledge(what));
  current.forgets = 'nothing';
  const seen = new Set<string>();
  const lookAt = async (left: Disk, key: string, acknowledged: readonly string[]): Promise<void> => {
    if (seen.has(key)) return;
    seen.add(key);
    current.disk = left;
    await look(acknowledged);
  };
  for (const { disk: left, acknowledged, key } of disk.afterPowerCuts()) {
    await lookAt(left, key, acknowledged);
    if (cuts === 1) continue;
    for (const again of left.afterPowerCuts())
      await lookAt(again.disk, `${acknowledged.join()}${again.key}`, acknowledged);
  }
  return seen.size;
}
