import { dirname } from 'node:path';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { actionOf } from '../action.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { texts, toggle } from '../options.ts';
import { table } from '../table.ts';

interface Args {
  readonly action: string;
  readonly agent?: readonly string[] | undefined;
  readonly dryRun: boolean;
  readonly force: boolean;
}

type Action = (context: Context, args: Args) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = { install, uninstall, status, path, show };

/** `holdfast skill` */
export const skill = defineCommand({
  command: 'skill <action>',
  describe: 'teach agents to hand long tasks to holdfast',
  builder: (yargs) =>
    yargs
      .positional('action', { type: 'string', demandOption: true, describe: Object.keys(ACTIONS).join(', ') })
      .option('agent', texts('for openclaw, claude, codex, opencode or pi [all that are on the PATH]', 'AGENT'))
      .option('dry-run', toggle('only say what would be done'))
      .option('force', toggle('replace or remove also a file that is not ours, or was edited'))
      .example('$0 skill install', 'again after each upgrade')
      .example('$0 skill install --agent claude --dry-run', 'what would be written, and where')
      .epilogue('A skill is a page of instructions (https://agentskills.io); agents read it when a task fits.'),
  words: ([action, ...more]) =>
    action === undefined || more.length > 0 ? undefined : { action, dryRun: false, force: false },
  handler: (args: Args, context) => actionOf('skill', args.action, ACTIONS)(context, args),
});

/** It needs more than the other commands, so it is loaded for these alone. */
const door = () => import('../../install/skill.ts');

type Finding = Awaited<ReturnType<Awaited<ReturnType<typeof door>>['examineSkill']>>[number];

const wishOf = ({ env }: Context, { agent = [], force, dryRun }: Args) => ({ env, agents: agent, force, dryRun });

async function install(context: Context, args: Args): Promise<number> {
  const { installSkill } = await door();
  return told(await installSkill(wishOf(context, args)), context, args);
}

async function uninstall(context: Context, args: Args): Promise<number> {
  const { uninstallSkill } = await door();
  return told(await uninstallSkill(wishOf(context, args)), context, args);
}

async function status(context: Context, args: Args): Promise<number> {
  const { examineSkill, knownReaders } = await door();
  const places = await examineSkill(wishOf(context, args));
  if (context.output.json) context.output.document({ places });
  else if (places.length === 0)
    context.output.say(`none that reads skills is on the PATH (${knownReaders}): name one with --agent`);
  else
    context.output.print(table(places.map(({ state, directory, readers }) => [state, directory, readers.join(', ')])));
  return EXIT.ok;
}

async function path({ output }: Context): Promise<number> {
  const { skillFile } = await door();
  if (output.json) output.document({ path: skillFile() });
  else output.print(dirname(skillFile()));
  return EXIT.ok;
}

async function show({ output }: Context): Promise<number> {
  const { skillText } = await door();
  if (output.json) output.document({ text: await skillText() });
  else output.print(await skillText());
  return EXIT.ok;
}

function told(places: readonly Finding[], { output }: Context, { dryRun }: Args): number {
  if (places.length === 0)
    throw new Refusal(EXIT.noAgent, 'no agent that reads skills is on the PATH: name it with --agent');
  const foreign = places.filter(({ state, done }) => state === 'foreign' && done === 'kept');
  if (output.json) output.document({ places, ...(dryRun ? { dryRun } : {}) });
  else {
    const words = dryRun ? { wrote: 'would write', removed: 'would remove', kept: 'would keep' } : undefined;
    output.print(
      table(places.map(({ done, directory, readers }) => [words?.[done] ?? done, directory, readers.join(', ')])),
    );
  }
  if (foreign.length === 0) return EXIT.ok;
  const which = foreign.map(({ directory }) => directory).join(', ');
  output.say(`not ours, or edited since, so left alone: ${which}; --force takes it`);
  return EXIT.cannotWrite;
}
