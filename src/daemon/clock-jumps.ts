/** Two looks at a busy machine may be this far apart without a jump; a second that is slewed away is none either. */
const JUMP_MS = 30_000;

/** Sees that the clock was set or the machine slept: the wall's time and that of a clock that only runs went apart. Says when that was last found. */
export function clockJumps(wall: () => number, steady: () => number): () => number | undefined {
  const apart = () => wall() - steady();
  let before = apart();
  let foundAt: number | undefined;
  return () => {
    const now = apart();
    if (Math.abs(now - before) > JUMP_MS) foundAt = wall();
    before = now;
    return foundAt;
  };
}
