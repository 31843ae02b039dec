/** Carries hints that a task is worth a look, by its id, from the watchers to whoever looks. */
export interface Hints {
  readonly give: (taskId: string) => void;
  /** Calls back at each hint, from now on; a hint that came before is lost, for the tick finds everything. */
  readonly follow: (heard: (taskId: string) => void) => void;
}

/** Opens the way for hints. They save time and prove nothing: a test switches them off, and the tick alone must find everything. */
export function hints(on: boolean): Hints {
  let heard: (taskId: string) => void = () => undefined;
  return {
    give: (taskId) => heard(taskId),
    follow: (next) => {
      if (on) heard = next;
    },
  };
}
