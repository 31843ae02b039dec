import type { ChangingMethod } from '../../protocol/methods.ts';
import type { Context, Reading } from '../context.ts';
import type { Handlers } from '../server.ts';
import { answer } from './answer.ts';
import { events } from './events.ts';
import { explain } from './explain.ts';
import { hello } from './hello.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { notices } from './notices.ts';
import { notify } from './notify.ts';
import { progress } from './progress.ts';
import { prune } from './prune.ts';
import { reload } from './reload.ts';
import { render } from './render.ts';
import { retry } from './retry.ts';
import { retryFailed } from './retry-failed.ts';
import { send } from './send.ts';
import { settings } from './settings.ts';
import { show } from './show.ts';
import { shutdown } from './shutdown.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { trust } from './trust.ts';
import { wait } from './wait.ts';

/** The handlers of every method that only reads. */
export const readersOf = (context: Reading): Omit<Handlers, ChangingMethod> => ({
  ...nearOf(context),
  hello: () => hello(context),
  render: (params, caller) => render(context, nearOf(context), params, caller),
  logs: (params, caller) => logs(context, params, caller),
  wait: (params, caller) => wait(context, params, caller),
  events: (params, caller) => events(context, params, caller),
  notices: (params) => notices(context, params),
  settings: (params) => settings(context, params),
  shutdown: () => shutdown(context),
});

/** What a plain look asks for. */
const nearOf = (context: Reading): Pick<Handlers, 'list' | 'show' | 'explain'> => ({
  list: (params) => list(context, params),
  show: (params) => show(context, params),
  explain: (params) => explain(context, params),
});

/** Every method of the table with its handler. */
export const handlersOf = (context: Context): Handlers => ({
  ...readersOf(context),
  start: (params) => start(context, params),
  send: (params) => send(context, params),
  answer: (params) => answer(context, params),
  stop: (params, caller) => stop(context, params, caller),
  retry: (params) => retry(context, params),
  retryFailed: (params) => retryFailed(context, params),
  prune: (params) => prune(context, params),
  trust: (params) => trust(context, params),
  progress: (params) => progress(context, params),
  notify: (params) => notify(context, params),
  reload: () => reload(context),
});
