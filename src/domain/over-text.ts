/** Said where somebody wants to see or to tell a task that has ended: what can be done instead. */
export const overText = (name: string, state: string): string =>
  `${name} is over (${state}): holdfast logs ${name} shows what it did, holdfast retry ${name} --prompt TEXT goes on`;
