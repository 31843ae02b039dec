import type { Paths } from '../protocol/paths.ts';
import type { Said } from './service-file.ts';

/** `problem`: something does not work. `warning`: something will not, one day. `note`: worth knowing. */
export type Level = 'ok' | 'note' | 'warning' | 'problem';

/** What a check found. Whatever is not `ok` names the way out. */
export type Finding =
  | { readonly level: 'ok'; readonly found: string }
  | {
      readonly level: Exclude<Level, 'ok'>;
      readonly found: string;
      readonly remedy: string;
      /** Does what the remedy says, where that is safe without a question; answers with what it did. */
      readonly fix?: () => Promise<string>;
    };

/** What the daemon is like, where one runs. */
export interface Running {
  readonly pid: number;
  readonly version: string;
  readonly problems: readonly string[];
  /** Settings that are changed, and wait for the next daemon. */
  readonly later?: readonly string[] | undefined;
  readonly tmux: readonly string[];
  /** What each notifier says of itself, or why that is not known. */
  readonly notifiers:
    | readonly { readonly name: string; readonly ok: boolean; readonly what: string }[]
    | { readonly unknown: string };
}

/** What the checks look at. */
export interface Scene {
  readonly paths: Paths;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  /** Of the holdfast that looks. */
  readonly version: string;
  readonly now: number;
  readonly daemon?: Running;
  /** What the service file says, where there is one for this state directory. */
  readonly service?: Said;
  /** The PATH on which agents are looked for: the daemon's, else the service's, else ours. */
  readonly path: { readonly value: string; readonly of: 'daemon' | 'service' | 'shell' };
  /** Runs a program, bounded in time, with the environment that the daemon would give it. */
  readonly run: (bin: string, words: readonly string[]) => Promise<Ran>;
}

/** How a program ended; no exit code where it could not be run. */
export interface Ran {
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One thing that is looked at. It must not throw for what it can find. */
export type Check = (scene: Scene) => Promise<readonly Finding[]> | readonly Finding[];

/** All is well. */
export const ok = (found: string): Finding => ({ level: 'ok', found });
