import type { AgentEvent, Approval, FailureKind } from './event.ts';
import type { ScreenRule } from './screen.ts';

/** How an agent can be run: its non-interactive mode, or its own program for people in the terminal of the pane. */
export const DRIVERS = ['print', 'tui'] as const;
export type DriverName = (typeof DRIVERS)[number];

/** What an unattended agent may do; each agent maps it to its own flags. `full` needs the operator's consent in the settings. */
export const PERMISSIONS = ['read-only', 'workspace', 'full'] as const;
export type Permissions = (typeof PERMISSIONS)[number];

/** What a launch is made from. Paths are absolute. */
export interface Order {
  readonly cwd: string;
  /** The task's own directory, 0700: an agent that keeps its conversation in a file of our choice keeps it here. */
  readonly taskDir: string;
  readonly permissions: Permissions;
  readonly model?: string;
  /** A UUID chosen when the task was made, for agents that let us name the conversation. */
  readonly chosenId: string;
}

/** The words after the binary, and what the environment must hold beside the task's own. The prompt is never among them. */
export interface Launch {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A launch in a terminal. */
export interface TerminalOrder extends Order {
  /** An executable that adds the JSON it gets on its standard input to the events of the attempt. */
  readonly hook: string;
  /** What it will find in its environment, beside what its launch adds; absent where nothing is to be launched. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the file of its own that `notes` names holds; absent where there is none, or none that can be read. */
  readonly notes?: unknown;
}

/** How an agent is begun, how it goes on, and how its events read. */
export interface Face<O extends Order> {
  readonly start: (order: O) => Launch;
  readonly resume: (order: O & { readonly conversation: string }) => Launch;
  /** One parsed line of its events; `[]` for what does not concern us. Must not throw on any JSON value. */
  readonly read: (line: unknown) => readonly AgentEvent[];
}

/** A file of an agent's own: the lines of it that its hooks do not tell are added to the events of the attempt. Must not throw on any JSON value. */
export interface Untold {
  /** The file that a line of the events names; empty where it names none. */
  readonly file: (line: unknown) => string;
  /** The turn that a line begins or belongs to: of the events, or of the file. A resumed agent goes on in a file that is full of turns that are over. */
  readonly turn: (line: unknown) => string;
  /** Is this line of the file one that the hooks do not tell? */
  readonly belongs: (line: unknown) => boolean;
}

/** An agent's own program for people. */
export interface TerminalFace extends Face<TerminalOrder> {
  /** `stdin`: the file is its standard input, and it takes its keys from the terminal all the same. `file`: the file is named to it by `HOLDFAST_PROMPT`. */
  readonly prompt: 'stdin' | 'file';
  /** JSON files in which it notes what it has asked a person at its first start: the first that there is goes into the order. */
  readonly notes?: (env: Readonly<Record<string, string | undefined>>) => readonly string[];
  /** Where it tells what its hooks do not. */
  readonly untold?: Untold;
  /** How long a failed turn may wait before the agent tries again without a word, ms; without it, no longer than a moment. */
  readonly settlesMs?: number;
  /** The keys that give a choice of its questions; what is not here is typed as text, where `menus` does not forbid it. */
  readonly keys?: Readonly<Record<string, readonly string[]>>;
  /** What it is told after a refusal that ended its turn without a word. */
  readonly refused?: string;
  /** The row of a dialog, whole, by which it is told from others, for programs whose hooks may tell of several in another order than they are shown; nothing where no row can be counted on. */
  readonly row?: (approval: Approval) => string | undefined;
  /** The row that heads a dialog, where all have one: what stands above it may be quoted. */
  readonly heading?: RegExp;
  /** Its questions are menus: in those of `digits` the number of a row chooses it, in those of `arrows` nothing but `keys` does. */
  readonly menus?: 'digits' | 'arrows';
}

/** Where a conversation is to be found before it is resumed. */
export interface TranscriptPlace {
  readonly cwd: string;
  readonly taskDir: string;
  readonly conversation: string;
  /** The environment that the agent gets: `HOME`, `XDG_DATA_HOME`, `CODEX_HOME` and their like decide the place. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * How to know that a conversation was persisted. `files`: one of these paths, in which `*` stands for any part of one
 * name, must exist and, where `holds` is given, contain one of these texts. `command`: the agent's own binary with these words
 * must print the text `holds`.
 */
export type Transcript =
  | { readonly kind: 'files'; readonly paths: readonly string[]; readonly holds?: readonly string[] }
  | { readonly kind: 'command'; readonly args: readonly string[]; readonly holds: string };

/** A question to the agent's own command. */
export interface Inquiry {
  /** The words after the binary. */
  readonly args: readonly string[];
  /** The id that its answer names; nothing where there is none. Must not throw on any text. */
  readonly read: (answer: string) => string | undefined;
}

/** How a failure reads. `says`: what a person is told, where the agent's own words say nothing to one. */
export interface FailureRule {
  readonly match: RegExp;
  readonly kind: FailureKind;
  readonly says?: string;
}

/** Everything that makes one coding CLI different from the others: data and pure functions. */
export interface Agent {
  readonly id: string;
  /** The name looked up on `PATH`; or, for an agent that we embed, the words that run it. */
  readonly bin: string | readonly [string, ...string[]];
  /** How to get it, shown when it is not there. */
  readonly install: string;
  /** The version this file was proved with, and the date. */
  readonly verified: string;
  readonly print: Face<Order>;
  /** Or why it cannot be run so. */
  readonly tui: TerminalFace | { readonly unavailable: string };
  /** What the live bottom of its own program's screen means: the first match wins. */
  readonly screens: readonly ScreenRule[];
  /** The id we ask for at the start, where the agent takes one; else its first event names it. */
  readonly chooses?: (order: Order) => string;
  /** What the ids of its conversations look like, whole. Some agents open a new conversation for any other word, with exit 0. */
  readonly conversations?: RegExp;
  readonly transcript: (place: TranscriptPlace) => Transcript;
  /** Asks for the conversation that an earlier attempt of this task has stored, for agents that store one before their first event names it. */
  readonly unnamed?: (order: Order) => Inquiry;
  /** No shorter silence is a hang of it, ms, unless the settings say so: it waits out what its provider asks for without a word. */
  readonly hangsAfterMs?: number;
  /** Up to this fraction of a processor its processes use while they only wait, where that is more than agents usually do. */
  readonly idleShare?: number;
  /** What the three levels mean for this agent, one sentence each: shown by `start --dry-run`, listed in docs/permissions.md. */
  readonly permissions: Readonly<Record<Permissions, string>>;
  /** The end of a limit (epoch ms) in the words of its failure, for agents whose events do not carry it; `at` is when they were said. */
  readonly resetAt?: (message: string, at: number) => number | undefined;
  /** How a person logs in again. */
  readonly login: string;
  /** Words after the binary that end with 0 where somebody is logged in, and with 1 where nobody is. */
  readonly askLogin?: readonly string[];
  /** The directory in which it looks for the skills of a user, each in a folder of its own. */
  readonly skills?: (env: Readonly<Record<string, string | undefined>>) => string;
  /** Its sandbox refuses calls of which no event tells: what is counted as denied is the least. */
  readonly deniesUntold?: true;
  /** Programs without which its confinement at `workspace` fails open on Linux. */
  readonly confinedBy?: readonly string[];
  /** How a failure reads in its error messages and on its stderr: the first match wins. */
  readonly failures: readonly FailureRule[];
}

/** Its program for people, where it can be run. */
export const terminalFace = ({ tui }: Agent): TerminalFace | undefined => ('unavailable' in tui ? undefined : tui);

/** Why it cannot be run so; nothing where it can. */
export const unavailable = ({ tui }: Pick<Agent, 'tui'>, driver: DriverName): string | undefined =>
  driver === 'tui' && 'unavailable' in tui ? tui.unavailable : undefined;

/** The reader of its events under a driver. */
export function readerOf(agent: Agent, driver: DriverName): Agent['print']['read'] {
  switch (driver) {
    case 'print':
      return agent.print.read;
    case 'tui':
      return terminalFace(agent)?.read ?? (() => []);
    default:
      return driver satisfies never;
  }
}

const HARMLESS = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Can this text name a conversation of this agent? Never one that reads as a flag, or that a shell would read otherwise. */
export const plausibleConversation = ({ conversations }: Pick<Agent, 'conversations'>, id: string): boolean =>
  HARMLESS.test(id) && (conversations?.test(id) ?? true);

/** Checks an agent definition at compile time and keeps its exact type. */
export const defineAgent = <const A extends Agent>(agent: A): A => agent;
