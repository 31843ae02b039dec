import fc from 'fast-check';
import type { AgentEvent, FailureKind } from '../../src/domain/event.ts';
import { defaultPolicy, type Policy } from '../../src/domain/policy.ts';

const MINUTE = 60_000;

/** How an agent ends: with or without its final event, perhaps with a failure. */
export interface End {
  readonly status: number;
  readonly final: boolean;
  readonly failure?: FailureKind;
  readonly resetMs?: number;
}

/** What happens in the world without the daemon; it may look at once, or later. */
export type Misfortune =
  | { readonly do: 'runners'; readonly looks: boolean }
  | { readonly do: 'exit'; readonly end: End; readonly looks: boolean }
  | { readonly do: 'speak'; readonly own: boolean; readonly looks: boolean }
  /** The agent says that it is done, and stays. */
  | { readonly do: 'finish'; readonly looks: boolean }
  | { readonly do: 'killRunners' | 'killSession' | 'tmuxDies' | 'powerCut'; readonly looks: boolean }
  | { readonly do: 'tmux'; readonly is: 'well' | 'down' | 'late' }
  | { readonly do: 'flip'; readonly what: 'binary' | 'persisted' | 'stubborn' | 'immortal' | 'unsigned' };

/** Some whole lives, one after the other, each so many minutes long and ended in this way. */
export interface Lives {
  readonly do: 'lives';
  readonly times: number;
  readonly minutes: number;
  readonly own: boolean;
  readonly ends: 'by itself' | 'in the dark' | 'before a power cut' | 'with its session' | 'never';
  readonly end: End;
}

/** What may befall a task, and what the daemon and its operator do. A negative wait is a clock that is set back. */
export type Action =
  | Misfortune
  | { readonly do: 'tick' | 'look'; readonly ms: number }
  /** The clock is set forward, or the machine sleeps: nobody lives through that time. */
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'run'; readonly minutes: number }
  | Lives
  /** Without a word, or in good order. */
  | { readonly do: 'killDaemon' | 'endDaemon' }
  | { readonly do: 'fuse'; readonly operations: number }
  | {
      readonly do: 'tell';
      readonly what: 'asked' | 'fellSilent' | 'stirred' | 'hung' | 'loggedOut';
      readonly stale: boolean;
      /** It sits at a prompt; or asks for a permission that the rules know. */
      readonly open: boolean;
    }
  | { readonly do: 'stale'; readonly what: 'exited' | 'vanished' | 'provedDead' | 'claimed' }
  | { readonly do: 'stop' | 'retry' };

/** One history: the policy, the coins that the world tosses, and what happens. */
export interface Scenario {
  readonly policy: Policy;
  readonly coins: readonly boolean[];
  /** Does the agent let us choose the name of its conversation? */
  readonly chooses: boolean;
  /** Is anybody told of it? In half of the histories nobody is: a fourth of the time goes into telling. */
  readonly told: boolean;
  readonly actions: readonly Action[];
}

/** Shorter and stricter than the defaults, so that their ends are reached. */
const tight: Policy = { ...defaultPolicy, maxAttempts: 4, budgetMs: 40 * MINUTE };
const policies: readonly Policy[] = [
  defaultPolicy,
  tight,
  { ...tight, maxAttempts: 12 },
  { ...tight, strictBudget: true },
  { ...defaultPolicy, limitWait: false },
  { ...tight, answers: { ...tight.answers, mode: 'accept-safe' } },
  { ...tight, answers: { ...tight.answers, mode: 'deny' } },
];

const end: fc.Arbitrary<End> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom({ status: 0, final: true }, { status: 0, final: false }) },
  { weight: 3, arbitrary: fc.constantFrom({ status: 1, final: false }, { status: 137, final: false }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      { status: 127, final: false },
      { status: 1, final: false, failure: 'auth' },
      { status: 1, final: false, failure: 'unknown' },
      { status: 1, final: false, failure: 'unknown' },
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(-MINUTE, MINUTE, 300 * MINUTE, 2000 * MINUTE)
      .map((resetMs) => ({ status: 1, final: false, failure: 'usage-limit', resetMs }) as const),
  },
);

const one = fc.constantFrom;
const looks = fc.boolean();
const weighed = (weight: number, arbitrary: fc.Arbitrary<Action>) => ({ weight, arbitrary });

const lives: fc.Arbitrary<Lives> = fc.record({
  do: one('lives'),
  times: fc.integer({ min: 1, max: 5 }),
  minutes: one(0, 0, 2, 11),
  own: one(true, true, true, false),
  ends: one('by itself', 'by itself', 'by itself', 'in the dark', 'before a power cut', 'with its session', 'never'),
  end,
});

const action: fc.Arbitrary<Action> = fc.oneof(
  weighed(6, fc.record({ do: one('tick', 'look'), ms: one(5000, 30_000, MINUTE) })),
  weighed(1, fc.record({ do: one('tick'), ms: one(480 * MINUTE, -60 * MINUTE, 60 * MINUTE) })),
  weighed(1, fc.record({ do: one('jump'), ms: one(MINUTE, 60 * MINUTE, 480 * MINUTE) })),
  weighed(2, fc.record({ do: one('run'), minutes: one(3, 12) })),
  weighed(3, lives),
  weighed(6, fc.record({ do: one('runners'), looks })),
  weighed(5, fc.record({ do: one('exit'), end, looks })),
  weighed(2, fc.record({ do: one('speak'), own: fc.boolean(), looks })),
  weighed(1, fc.record({ do: one('finish'), looks })),
  weighed(2, fc.record({ do: one('killRunners', 'killSession', 'tmuxDies', 'powerCut'), looks })),
  weighed(2, fc.record({ do: one('killDaemon', 'killDaemon', 'endDaemon') })),
  weighed(3, fc.record({ do: one('fuse'), operations: fc.integer({ min: 1, max: 14 }) })),
  weighed(
    3,
    fc.record({
      do: one('tell'),
      what: one('asked', 'asked', 'fellSilent', 'fellSilent', 'stirred', 'stirred', 'hung', 'hung', 'loggedOut'),
      stale: one(false, false, true),
      open: fc.boolean(),
    }),
  ),
  weighed(1, fc.record({ do: one('stale'), what: one('exited', 'vanished', 'provedDead', 'claimed') })),
  weighed(3, fc.record({ do: one('stop', 'retry') })),
  weighed(1, fc.record({ do: one('tmux'), is: one('well', 'well', 'down', 'late') })),
  weighed(2, fc.record({ do: one('flip'), what: one('binary', 'persisted', 'stubborn', 'immortal', 'unsigned') })),
);

/** Histories of 5 to 60 actions. */
export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  policy: fc.constantFrom(...policies),
  coins: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
  chooses: fc.boolean(),
  told: fc.boolean(),
  actions: fc.array(action, { minLength: 5, maxLength: 60, size: 'max' }),
});

/** What an agent says at its end. */
export function lastWords({ final, failure, resetMs }: End, now: number): readonly AgentEvent[] {
  if (final) return [{ type: 'turn-ended', text: 'Done.' }];
  if (failure === undefined) return [];
  const resetAt = resetMs === undefined ? {} : { resetAt: now + resetMs };
  return [{ type: 'turn-failed', failure: { kind: failure, message: failure, ...resetAt } }];
}
