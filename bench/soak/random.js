/** Dice that fall the same way each time for the same seed (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    between: (low, high) => low + unit() * (high - low),
    /** Waiting times of things that come by themselves. */
    wait: (mean) => -Math.log(1 - unit()) * mean,
    oneOf: (list) => list[Math.floor(unit() * list.length)],
    /** One of `[weight, value]`, the heavier the likelier. */
    weighted: (choices) => {
      let left = unit() * choices.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of choices) {
        left -= weight;
        if (left < 0) return value;
      }
      return choices.at(-1)[1];
    },
  };
}
