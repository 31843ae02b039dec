import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { connect } from '../../src/protocol/client.ts';
import { RemoteError } from '../../src/protocol/errors.ts';
import { EXIT } from '../../src/protocol/exit-codes.ts';
import type { ChangingMethod, MethodName, Params } from '../../src/protocol/methods.ts';
import { pathsHere } from '../../src/protocol/paths.ts';
import type { Holdfast } from './rig.ts';

/** Asks a daemon for everything that it offers: what changes something is refused, what only reads is answered. */
export async function answersOnlyQuestions(hf: Holdfast): Promise<void> {
  const connection = await connect(pathsHere(hf.env).socket);
  onTestFinished(() => connection.close());
  const told = async (method: MethodName, params: object) =>
    await connection.call(method, params as never).then(
      () => 'answered',
      (error: unknown) => (error instanceof RemoteError ? error.exitCode : error),
    );
  const made: { readonly [M in ChangingMethod]: Params<M> } = {
    start: { agent: 'demo', name: 'new', cwd: hf.work, prompt: '@say hi' },
    stop: { task: 'lives' },
    retry: { task: 'over' },
    retryFailed: { failedBy: 'auth' },
    answer: { task: 'lives', text: 'yes' },
    send: { task: 'lives', text: 'hi', force: true },
    progress: { task: 'lives', text: 'half of it' },
    notify: { action: 'test' },
    trust: { action: 'add', directory: '/tmp' },
    reload: {},
    prune: { dryRun: true },
  };
  const asked: { readonly [M in Exclude<MethodName, ChangingMethod>]: Params<M> | undefined } = {
    hello: {},
    settings: {},
    list: {},
    show: { task: 'over' },
    explain: { task: 'over' },
    render: { line: ['show', 'over'] },
    logs: { task: 'over' },
    wait: { tasks: ['over'], waitMs: 0 },
    events: {},
    notices: {},
    shutdown: undefined, // it would
  };
  for (const [method, params] of Object.entries(made) as [ChangingMethod, object][])
    expect(await told(method, params), method).toBe(method === 'prune' ? 'answered' : EXIT.cannotWrite);
  for (const [method, params] of Object.entries(asked) as [MethodName, object | undefined][])
    if (params) expect(await told(method, params), method).toBe('answered');
}

/** Each file of the tasks, of the directories that are trusted and of the notices, with what is in it. */
export const writtenIn = (hf: Holdfast): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(hf.state, { recursive: true, encoding: 'utf8' })
      .filter(
        (path) => !/^(daemon\.|\.room|ballast)|\/attempts\//.test(path) && statSync(join(hf.state, path)).isFile(),
      )
      .map((path) => [path, readFileSync(join(hf.state, path), 'utf8')]),
  );
