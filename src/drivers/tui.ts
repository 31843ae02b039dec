import { setTimeout as pause } from 'node:timers/promises';
import { type TerminalFace, terminalFace } from '../domain/agent.ts';
import { openQuestions, stillAsking } from '../domain/asked.ts';
import { type Driver, LaunchError, type Subject } from '../domain/driver.ts';
import { readScreen, type ScreenReading } from '../domain/screen.ts';
import type { Phase } from '../domain/task.ts';
import { ExhaustedError } from '../system/command.ts';
import { TmuxError } from '../system/tmux.ts';
import { attemptFiles } from './attempt.ts';
import { dialogOf, rowsOf, showsOnly } from './dialog.ts';
import { keysFor } from './keys.ts';
import { firstOf } from './notes.ts';
import { type PaneHost, paneDriver } from './pane.ts';
import { halfTyped, paneOf } from './session.ts';

/** So long may a program take to draw its question, or its prompt again. */
const LOOK_EVERY_MS = 100;
const MOST_LOOKS = 100;

/** So old may the word be that nobody is attached to a session. */
const ATTENDED_MS = 1000;

const SEVERAL =
  'it asks several things at once, and its screen does not show that it is this one that would be answered: choose in the session itself';

type Asks = Extract<Phase, { state: 'waiting-input' }>;

/** What a program for people needs beside it. */
export interface TerminalCompany {
  /** The words that run the usher. */
  readonly usher: readonly string[];
  /** An executable that adds its standard input to the events of an attempt. */
  readonly hook: string;
}

/** Runs an agent's own program for people in the terminal of the pane; its hooks write the events. */
export function tuiDriver(host: PaneHost, { usher, hook }: TerminalCompany): Driver {
  const pane = paneDriver(host, {
    driver: 'tui',
    terminal: true,
    companion: usher,
    launch: async (subject, order, prompt, conversation) => {
      const face = faceOf(subject);
      const given = { ...order, hook, notes: await firstOf(face.notes?.(order.env) ?? []) };
      const { args, env } = conversation === undefined ? face.start(given) : face.resume({ ...given, conversation });
      return {
        args,
        env: {
          ...env,
          HOLDFAST_EVENTS: attemptFiles(subject.dir, subject.task.attempt).events,
          HOLDFAST_PROMPT: prompt,
        },
        ...(face.prompt === 'stdin' ? { stdin: prompt } : {}),
      };
    },
  });

  const screenOf = async ({ spec }: Subject): Promise<string | undefined> => {
    const found = await paneOf(host, spec.id);
    return !found || found.dead ? undefined : await host.tmux.capture(found.id, 0);
  };

  const look = async (subject: Subject): Promise<ScreenReading | undefined> => {
    const screen = await screenOf(subject);
    return screen === undefined ? undefined : readScreen(subject.agent.screens, screen);
  };

  const mustBeShown = async (subject: Subject, { nth, approval }: Asks): Promise<void> => {
    const { row, heading } = faceOf(subject);
    if (row === undefined) return;
    const { progress } = await pane.observe(subject);
    const open = openQuestions(stillAsking(progress, subject.task));
    const others = open.filter((other) => other.nth !== nth).map((other) => other.approval);
    if (others.length === 0) return;
    const shown = dialogOf((await screenOf(subject)) ?? '', heading);
    if (!approval || !showsOnly(shown, row(approval), rowsOf(row, approval, others)))
      throw new LaunchError(SEVERAL, { permanent: true });
  };

  /** A hook tells of a question before it is shown: what is typed then is read by nobody. A dialog that no rule knows is typed into in the end. */
  const hasAsked = async (subject: Subject, { atPrompt }: Asks): Promise<void> => {
    const [shown, gone] = atPrompt ? (['idle', 'asks'] as const) : (['asks', 'idle'] as const);
    const isKnown = subject.agent.screens.some((rule) => rule.means === shown);
    const isYoung = () => Date.now() - subject.task.since < LOOK_EVERY_MS * MOST_LOOKS;
    let means = (await look(subject))?.means;
    for (let looks = 0; isKnown && means !== shown && looks < MOST_LOOKS && (!means || isYoung()); looks++) {
      await pause(LOOK_EVERY_MS);
      means = (await look(subject))?.means;
    }
    if (means === 'working' || means === gone)
      throw new LaunchError(`its screen shows no question any more, it is ${means}`, { permanent: true });
  };

  const hasRead = async (subject: Subject): Promise<void> => {
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      if ((await look(subject))?.means === 'idle') return;
      await pause(LOOK_EVERY_MS);
    }
    throw new LaunchError('it was refused, and its screen does not show its prompt again: look at the session', {
      permanent: true,
    });
  };

  /** Typed while the question is still there it would answer it. */
  const thenSay = async (subject: Subject, said: string, text: string): Promise<string> => {
    try {
      await hasRead(subject);
      return `${said}; ${await pane.say(subject, { text })}`;
    } catch (error) {
      if (error instanceof LaunchError) throw error;
      throw halfTyped(`${said}, but what was to be said then was not`, subject.spec, error);
    }
  };

  return {
    ...pane,
    observe: async (subject) => {
      const seen = await pane.observe(subject);
      // What may be ended or typed into next must be known to have nobody before it.
      if (['ended', 'none'].includes(seen.progress.turn) || subject.task.phase.state === 'stalled')
        await host.panes.refresh(ATTENDED_MS);
      return { ...seen, attended: host.panes.latest()?.byMark.get(subject.spec.id)?.attached ?? false };
    },
    drawnAt: ({ spec }) => host.panes.latest()?.byMark.get(spec.id)?.drawnAt,
    examine: async (subject) => {
      const screen = await look(subject).catch(unlessTmux);
      return { ...(await pane.examine(subject)), ...(screen ? { screen } : {}) };
    },
    say: async (subject, words) => {
      const { phase } = subject.task;
      if (phase.state === 'waiting-input') await hasAsked(subject, phase);
      if (!('text' in words) || phase.state !== 'waiting-input' || phase.atPrompt)
        return await pane.say(subject, words);
      await mustBeShown(subject, phase);
      const way = keysFor(faceOf(subject), phase.choices, words.text);
      if (way && 'refused' in way) throw new LaunchError(way.refused, { permanent: true });
      const said = await pane.say(subject, way ?? words);
      const { refused, keys } = faceOf(subject);
      if (refused === undefined || way?.keys !== keys?.no) return said;
      return await thenSay(subject, said, refused);
    },
  };
}

const faceOf = ({ agent }: Subject): TerminalFace => {
  const face = terminalFace(agent);
  if (face) return face;
  throw new LaunchError(`${agent.id} cannot be run in a terminal`, { permanent: true });
};

/** What cannot be looked at shows nothing: the other witnesses speak. */
const unlessTmux = (error: unknown): undefined => {
  if (![TmuxError, LaunchError, ExhaustedError].some((known) => error instanceof known)) throw error;
};
