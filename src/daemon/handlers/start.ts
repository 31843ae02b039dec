import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { type Agent, unavailable } from '../../domain/agent.ts';
import { parseTaskName } from '../../domain/ids.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Route } from '../../domain/route.ts';
import { isFinal, type Spec } from '../../domain/task.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import type { Parsed, Result } from '../../protocol/methods.ts';
import { ExhaustedError } from '../../system/command.ts';
import { headOf } from '../../system/git.ts';
import { which } from '../../system/which.ts';
import type { Context } from '../context.ts';
import { isWithheld } from '../full-permission.ts';
import { detailOf } from '../rows.ts';
import { inOrder } from '../sequence.ts';
import { policyFrom } from '../settings.ts';
import { agentNamed } from './agent-named.ts';
import { planOf, warningsOf } from './dry-run.ts';
import { reserve } from './names.ts';
import { withPrompt } from './prompt-file.ts';
import { routeOf } from './route.ts';
import { forProject } from './settings.ts';
import { mustBeAllowed, mustBeTrusted } from './trust.ts';

/** Accepts a task: checks everything that can be checked, writes it down, starts it. */
export async function start(context: Context, params: Parsed<'start'>): Promise<Result<'start'>> {
  const { supervisor, store, settings, epoch, outbox } = context;
  const agent = agentNamed(params.agent);
  mustOffer(agent, params.driver);
  const name = nameFrom(params.name);
  const cwd = await directory(params.cwd);
  await mustBeAllowed(context.directories, cwd);
  mayRun(params, settings.allowFull);
  const env = { ...context.environment, ...params.env };
  const bin = await binary(agent, env);
  const session = `${agent.id}-${name}`;
  const prepared = { agent: agent.id, name, session, cwd, permissions: params.permissions, chosenId: randomUUID() };
  const route = params.route && (await routeOf(context, params.route));
  const warnings = await warningsOf(agent, params, env);
  if (params.dryRun)
    return { plan: { ...planOf(agent, bin, prepared, params, context), ...(route ? { route } : {}) }, warnings };

  await mustBeTrusted(context.directories, cwd, params.trust);
  const release = reserve(context, name, prepared.chosenId);
  try {
    await sessionFree(context, session);
    const gitHead = await headOf(cwd, context.environment);
    const draft: Omit<Spec, 'id' | 'prompt'> = {
      schema: 1,
      ...prepared,
      createdAt: Date.now(),
      labels: params.labels,
      resumePrompt: params.resumePrompt ?? settings.resume.prompt,
      ...(params.followUps === undefined ? {} : { followUps: params.followUps }),
      ...(gitHead === undefined ? {} : { gitHead }),
      policy: policyOf(params, (await forProject(context.live, cwd)).settings, agent),
      ...(params.model === undefined ? {} : { model: params.model }),
      ...(params.driver === 'print' ? {} : { driver: params.driver }),
      ...notifyWish(params, route),
    };
    const held = await withPrompt(context, params, async (file) => {
      const prompt = { bytes: (await stat(file)).size, sha256: await sha256(file) };
      // Who follows the order of things must not pass the first entry before the task can be found.
      return await inOrder(async () => {
        const accepted = await store.accept({ ...draft, prompt }, { prompt: file, env: params.env }, epoch);
        supervisor.add(accepted);
        return accepted;
      });
    });
    await outbox.begin(held.spec);
    await supervisor.look(held);
    return { task: await detailOf(held, context), warnings };
  } finally {
    release();
  }
}

function notifyWish({ notify: kinds }: Parsed<'start'>, route: Route | undefined): Pick<Spec, 'notify'> {
  if (!route && !kinds) return {};
  return { notify: { ...(route ? { route } : {}), ...(kinds ? { kinds } : {}) } };
}

/** What was said for this task alone counts over the settings. */
function policyOf(params: Parsed<'start'>, settings: Context['settings'], agent: Agent): Policy {
  const { limitWait, maxAttempts, budgetMs } = params;
  const policy = policyFrom(settings, agent);
  return {
    ...policy,
    limitWait,
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    ...(budgetMs === undefined ? {} : { budgetMs }),
    answers: answersOf(params, policy.answers),
  };
}

/** A task's own patterns stand beside those of the settings, whose `deny` counts over its `allow`. */
function answersOf(params: Parsed<'start'>, rules: Policy['answers']): Policy['answers'] {
  const { answers: mode = rules.mode, allow, deny } = params;
  if (mode !== 'accept-safe' && allow.length + deny.length > 0)
    throw new Refusal(
      EXIT.usage,
      `--allow and --deny count where patterns are asked, and this task's questions get ${mode}: add --answers accept-safe`,
    );
  return { mode, allow: [...rules.allow, ...allow], deny: [...rules.deny, ...deny] };
}

function nameFrom(text: string) {
  try {
    return parseTaskName(text);
  } catch (cause) {
    throw new Refusal(EXIT.usage, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

async function directory(path: string): Promise<string> {
  if (!isAbsolute(path)) throw new Refusal(EXIT.noInput, `${path} is not an absolute path: give one with --cwd`);
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Refusal(EXIT.noInput, `${path} does not exist: make the directory, or name another with --cwd`);
  if (!found.isDirectory()) throw new Refusal(EXIT.noInput, `${path} is not a directory: name one with --cwd`);
  return await realpath(path);
}

function mustOffer(agent: Agent, driver: Parsed<'start'>['driver']): void {
  const why = unavailable(agent, driver);
  if (why !== undefined) throw new Refusal(EXIT.usage, `--driver ${driver} is not available for ${agent.id}: ${why}`);
}

function mayRun({ permissions }: Parsed<'start'>, allowFull: boolean): void {
  if (!isWithheld(permissions, allowFull)) return;
  throw new Refusal(
    EXIT.notAllowed,
    '--permissions full runs the agent without sandbox and approvals, and the settings do not allow it: set "allowFull": true in the settings file',
  );
}

async function binary(agent: Agent, env: Readonly<Record<string, string>>): Promise<string> {
  if (typeof agent.bin !== 'string') return agent.bin.join(' ');
  const found = await which(agent.bin, env.PATH ?? '');
  if (found !== undefined) return found;
  throw new Refusal(
    EXIT.noAgent,
    `${agent.bin} is not on the PATH of the daemon (${env.PATH ?? 'empty'}): ${agent.install}, or pass your own PATH with --env PATH`,
  );
}

/** A session of this name that is not ours must not be typed into, nor mistaken for the task. */
async function sessionFree({ tmux, tmuxWords, supervisor }: Context, session: string): Promise<void> {
  const panes = await tmux.panes().catch((error: unknown) => {
    if (!(error instanceof ExhaustedError)) return []; // no server yet: nothing can be taken
    throw new Refusal(EXIT.tryAgain, `${error.message}: the task was not accepted; start it again later`);
  });
  const other = panes.find((pane) => pane.session === session);
  if (!other) return;
  const ours = supervisor.tasks.find(({ spec }) => spec.id === other.mark);
  if (ours && isFinal(ours.task.phase)) return await tmux.killSession(session, ours.spec.id); // the pane of an ended task gives way to its successor
  throw new Refusal(
    EXIT.nameTaken,
    `a tmux session ${session} is there already: choose another name, or end it with: ${tmuxWords.join(' ')} kill-session -t =${session}`,
  );
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
