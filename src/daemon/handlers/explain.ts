import type { OpenTool } from '../../domain/progress.ts';
import { readScreen } from '../../domain/screen.ts';
import { driverOf, isFinal, type Phase } from '../../domain/task.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { signals } from '../../signals/index.ts';
import { find, type Reading } from '../context.ts';
import { subjectOf } from '../effects.ts';
import type { Held } from '../held.ts';
import type { Entry } from '../journal.ts';
import { processesNow } from '../processes-now.ts';
import { rowOf } from '../rows.ts';

/** The evidence behind a state: what a look finds now, what each signal makes of it, and how it came to this. */
export async function explain(context: Reading, { task: selector }: Parsed<'explain'>): Promise<Result<'explain'>> {
  const held = find(context, selector);
  if (held.task.attempt > 0) await context.supervisor.see(held);
  const entries = await held.journal.entries();
  return {
    task: rowOf(held),
    looked: [
      ...lookedAt(held),
      ...(await processesNow(held, context.driver, Date.now())),
      ...(await screenOf(context, held)),
    ],
    signals: signals.map((signal) => {
      const says = held.seen
        ? signal.read(held.seen, held.task, { agent: held.agent, policy: held.spec.policy })
        : undefined;
      return { signal: signal.name, says: says ? `${says.type}: ${signal.because}` : '-' };
    }),
    history: entries.map(({ at, happening, task: { phase } }) => ({
      at: new Date(at).toISOString(),
      happening: happening.type,
      state: phase.state,
      ...whyOf(happening, phase),
    })),
  };
}

/** In its own words, else in those of the state that it led to. */
function whyOf(happening: Entry['happening'], phase: Phase): { readonly why?: string } {
  if (happening.type === 'asked') return { why: happening.question };
  if (happening.type === 'answered') return { why: `${happening.text} (${happening.by})` };
  return 'why' in happening ? { why: happening.why } : 'why' in phase ? { why: phase.why } : {};
}

/** The last of all witnesses: it is told, and decides nothing against another. */
async function screenOf({ driver }: Reading, held: Held): Promise<Result<'explain'>['looked']> {
  if (driverOf(held.spec) !== 'tui' || isFinal(held.task.phase)) return [];
  const now = await driver.screen(subjectOf(held));
  const reading = now === undefined ? undefined : readScreen(held.agent.screens, now);
  const { screen } = held.seen?.health ?? {};
  return [
    { what: 'screen (its live bottom)', found: reading?.means ?? (now === undefined ? 'cannot be seen' : 'unknown') },
    ...(screen
      ? [{ what: 'screen, when it was silent', found: `${screen.means}, ${screen.looks} looks in a row` }]
      : []),
  ];
}

function lookedAt({ seen, task, trouble }: Held): Result<'explain'>['looked'] {
  if (!seen) return [{ what: 'attempt', found: 'none has begun' }];
  const { progress, exit } = seen;
  return [
    { what: 'attempt', found: `${seen.attempt}, claimed by ${seen.claim}` },
    { what: 'exit record', found: exit ? `status ${exit.status}` : 'none' },
    { what: 'runner (its hold on the FIFO)', found: seen.runner },
    { what: 'pane', found: seen.pane },
    {
      what: "agent's events",
      found: `${progress.events} read, turn ${progress.turn}, ${progress.tools} tools, ${progress.denied} denied`,
    },
    {
      what: 'open tool calls',
      found: progress.openTools.map(openText).join('; ') || 'none',
    },
    {
      what: 'last sign of life',
      found: seen.lastSignAt === undefined ? 'none' : new Date(seen.lastSignAt).toISOString(),
    },
    {
      what: 'conversation',
      found: `asked for ${task.conversation ?? 'none'}, events say ${progress.conversation ?? 'none'}`,
    },
    { what: 'failure', found: progress.failure ? `${progress.failure.kind}: ${progress.failure.message}` : 'none' },
    ...(trouble === undefined ? [] : [{ what: 'trouble', found: trouble }]),
  ];
}

const openText = ({ tool, what, since }: OpenTool): string =>
  `${tool}: ${what}${since === undefined ? '' : `, since ${new Date(since).toISOString()}`}`;
