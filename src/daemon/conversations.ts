import type { Happening } from '../domain/happening.ts';
import type { Held } from './held.ts';

/** Who owns which conversation. Two tasks in one would each undo what the other does, and end each other's agents. */
export interface Conversations {
  /** Notes what a task owns, unless somebody had it before. */
  readonly note: (held: Held) => void;
  readonly forget: (held: Held) => void;
  /** The happening as it is; where an agent names a conversation that another task owns, that it strayed there. */
  readonly checked: (held: Held, happening: Happening) => Happening;
}

/** Ownership among the tasks that are noted. */
export function conversations(): Conversations {
  const owners = new Map<string, Held>();
  const key = ({ spec }: Held, conversation: string): string => `${spec.agent} ${conversation}`;
  /** Taken at once, so that of two who name it in the same moment one has it. */
  const take = (held: Held, conversation: string): Held => {
    const name = key(held, conversation);
    const owner = owners.get(name) ?? held;
    owners.set(name, owner);
    return owner;
  };
  return {
    note: (held) => {
      if (held.task.conversation !== undefined) take(held, held.task.conversation);
    },
    forget: (held) => {
      for (const [name, owner] of owners) if (owner.spec.id === held.spec.id) owners.delete(name);
    },
    checked: (held, happening) => {
      if (happening.type !== 'named') return happening;
      const { attempt, conversation } = happening;
      const owner = take(held, conversation);
      return owner.spec.id === held.spec.id
        ? happening
        : { type: 'strayed', attempt, got: conversation, owner: owner.spec.name };
    },
  };
}
