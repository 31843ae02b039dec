/** The name of the demo's task. */
export const TASK = 'mend-cart';
/** The command in which the agent is killed; the second run of it, when the checks pass and take their time. */
export const KILLED_IN = 'node check.mjs';
/** How far into that command: far enough that something of it is lost. */
export const KILL_AFTER_MS = 700;

/** What the agent is asked. The demo agent has no model: it does what the lines with "@" say. */
export const PROMPT = `The checks of the cart fail. Mend it.

@say I run the checks first.
@run ${KILLED_IN}
@sleep 700
@run cat cart.mjs
@sleep 700
@say Prices may come as text, and "+" joins text. I make numbers of them.
@sleep 600
@write cart.mjs export const total = (prices) => prices.reduce((sum, price) => sum + Number(price), 0);
@sleep 600
@run ${KILLED_IN}
@sleep 500
@say total() adds what it is given now. All checks pass.
`;

/** The files that the agent finds. */
export const FILES = {
  'cart.mjs': `export const total = (prices) => prices.reduce((sum, price) => sum + price, 0);
`,
  'check.mjs': `import { setTimeout as sleep } from 'node:timers/promises';
import { total } from './cart.mjs';

for (const [prices, sum] of [[[3, 4], 7], [['5', '6'], 11], [[], 0], [[0.5, '1'], 1.5]]) {
  const is = total(prices);
  console.log(\`\${is === sum ? 'ok' : 'NOT OK'}  total(\${JSON.stringify(prices)}) is \${JSON.stringify(is)}\`);
  if (is !== sum) process.exit(1);
  await sleep(350);
}
`,
} as const;
