import type { Driver } from '../domain/driver.ts';
import { type PaneHost, paneDriver } from './pane.ts';

/** Runs an agent's non-interactive mode: prompt file on stdin, what it prints into its events, `view` draws them in the pane. */
export const printDriver = (host: PaneHost, view: readonly string[]): Driver =>
  paneDriver(host, {
    driver: 'print',
    terminal: false,
    companion: view,
    launch: async ({ agent }, order, prompt, conversation) => ({
      ...(conversation === undefined ? agent.print.start(order) : agent.print.resume({ ...order, conversation })),
      stdin: prompt,
    }),
  });
