import { basename } from 'node:path';
import type { Driver } from '../domain/driver.ts';
import { isFinal } from '../domain/task.ts';
import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import type { Paths } from '../protocol/paths.ts';
import type { Panes } from '../system/panes.ts';
import type { Tmux } from '../system/tmux.ts';
import type { Changes } from './changes.ts';
import type { Directories } from './directories.ts';
import type { Face } from './handlers/render.ts';
import type { Held } from './held.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Outbox } from './outbox.ts';
import type { Settings } from './settings.ts';
import type { Quarantined, Store } from './store.ts';
import type { Supervisor } from './supervisor.ts';

/** What a handler that only reads works with: nothing in it decides, writes or sends. */
export interface Reading {
  readonly paths: Pick<Paths, 'stateDir' | 'logFile'>;
  readonly live: LiveSettings;
  readonly store: Pick<Store, 'environmentOf'>;
  readonly supervisor: Pick<Supervisor, 'tasks' | 'see'>;
  readonly driver: Pick<Driver, 'screen' | 'examine' | 'isShown'>;
  readonly panes: Pick<Panes, 'exhausted'>;
  readonly tmuxVersion: string;
  /** The words with which a person reaches our tmux server. */
  readonly tmuxWords: readonly string[];
  readonly changes: Changes;
  readonly quarantined: readonly Quarantined[];
  /** Why nothing can be written down just now, in a sentence; absent where all is well. */
  readonly degraded?: string;
  readonly epoch: number;
  readonly outbox: Pick<Outbox, 'records' | 'sentenceOf' | 'notifiers' | 'problems'>;
  readonly version: string;
  readonly face: Face;
  readonly startedAt: number;
  readonly shutdown: () => void;
}

/** What every handler of the daemon in charge works with. */
export interface Context extends Reading {
  readonly paths: Paths;
  readonly settings: Settings;
  readonly store: Store;
  readonly supervisor: Supervisor;
  readonly driver: Driver;
  readonly tmux: Tmux;
  readonly directories: Directories;
  readonly outbox: Outbox;
  /** What agents inherit, before their task's own variables. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The task that a selector names: its name (the living one first, then the newest), its id, its session, or the beginning of one of these. */
export function find({ supervisor }: { readonly supervisor: Pick<Supervisor, 'tasks'> }, selector: string): Held {
  const newestFirst = [...supervisor.tasks].sort((a, b) => b.spec.createdAt - a.spec.createdAt);
  const named = newestFirst.filter(({ spec }) => [spec.name, spec.id, spec.session].some((name) => name === selector));
  const exact = named.find(({ task }) => !isFinal(task.phase)) ?? named[0];
  if (exact) return exact;
  const begun = newestFirst.filter(({ spec }) => [spec.id, spec.session].some((name) => name.startsWith(selector)));
  const [only, other] = begun;
  if (only && !other) return only;
  const shown = JSON.stringify(basename(selector).slice(0, 60));
  if (!only) throw new Refusal(EXIT.noSuchTask, `there is no task ${shown}. See them all with: holdfast list`);
  const ids = begun.slice(0, 5).map(({ spec }) => spec.id);
  throw new Refusal(
    EXIT.noSuchTask,
    `${shown} could be any of ${ids.join(', ')}${begun.length > 5 ? ' …' : ''}: say more of it`,
  );
}
