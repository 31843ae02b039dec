import { spawnSync } from 'node:child_process';
import { plainLine } from '../../domain/plain-text.ts';
import { Refusal } from '../../protocol/errors.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { actionOf } from '../action.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { toggle } from '../options.ts';
import { isSame, settingsInUse } from '../settings-in-use.ts';
import { cut, table } from '../table.ts';

interface Args {
  readonly action: string;
  readonly key?: string | undefined;
  readonly value?: string | undefined;
  readonly origin: boolean;
}

type Action = (context: Context, args: Args) => Promise<number> | number;

/** Each with how many words it takes. */
const ACTIONS: Readonly<Record<string, readonly [Action, number]>> = {
  get: [get, 1],
  set: [set, 2],
  unset: [set, 1],
  list: [list, 0],
  edit: [edit, 0],
  path: [path, 0],
  schema: [schema, 0],
};

/** `holdfast config` */
export const config = defineCommand({
  command: 'config <action> [key] [value]',
  describe: 'the settings',
  builder: (yargs) =>
    yargs
      .positional('action', { type: 'string', demandOption: true, describe: Object.keys(ACTIONS).join(', ') })
      .positional('key', { type: 'string', describe: 'a setting: resume.maxAttempts' })
      .positional('value', { type: 'string', describe: 'its value; a list with commas' })
      .option('origin', toggle('with who gave each: default, file, environment, project'))
      .example('$0 config list --origin', '')
      .example('$0 config set resume.maxAttempts 20', 'a running daemon takes it over')
      .example('$0 config edit', 'in $VISUAL or $EDITOR; told with the line if it is wrong'),
  words: ([action, key, value, ...more]) =>
    action === undefined || more.length > 0 ? undefined : { action, key, value, origin: false },
  handler(args: Args, context) {
    const [act, words] = actionOf('config', args.action, ACTIONS);
    const given = [args.key, args.value].filter((word) => word !== undefined).length;
    if (given === words) return Promise.resolve(act(context, args));
    throw usageError(`write: holdfast config ${args.action}${[' KEY', ' VALUE'].slice(0, words).join('')}`);
  },
});

/** They need zod and conf, which the other commands can do without. */
const door = () => import('../../config/operations.ts');

const placeOf = ({ paths, env, cwd }: Context) => ({ file: paths.configFile, env, cwd: cwd() });

/** Some settings have no default; `JSON.stringify` has no word for that. */
const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'unset'));

/** What the running daemon uses counts; it has another environment than whoever asks, and some of it is older than the file. */
async function list(context: Context, { origin }: Args): Promise<number> {
  const { output } = context;
  const [here, used] = await Promise.all([(await door()).listSettings(placeOf(context)), settingsInUse(context)]);
  const rows = here.map((row) => ({ ...row, here: row, ...used?.get(row.key) }));
  const others = rows.filter((row) => !isSame(row, row.here));
  if (output.json) {
    output.document({
      of: used === undefined ? 'here' : 'daemon',
      settings: rows.map((row) => ({
        key: row.key,
        value: row.value,
        origin: row.origin,
        default: row.byDefault,
        ...(row.variable === undefined ? {} : { variable: row.variable }),
        description: row.description,
        ...(others.includes(row) ? { here: { value: row.here.value, origin: row.here.origin } } : {}),
      })),
    });
    return EXIT.ok;
  }
  const from = (row: Pick<(typeof rows)[number], 'origin' | 'variable'>): string =>
    row.origin === 'environment' ? (row.variable ?? '') : row.origin;
  const most = output.width === undefined ? Number.POSITIVE_INFINITY : Math.floor(output.width / 4);
  const cells = rows.map((row) => [
    row.key,
    {
      text: cut(plainLine(shown(row.value)), most),
      paint: (text: string) => (row.origin === 'default' ? text : output.paint('bold', text)),
    },
    ...(origin ? [from(row)] : []),
    row.description,
  ]);
  output.print(table(cells, output.width));
  if (used === undefined) output.say('no daemon that runs was asked: one that is started from here would use these');
  for (const row of others)
    output.say(
      `${row.key}: the daemon uses ${shown(row.value)} (${from(row)}); one that is started from here would use ${shown(row.here.value)} (${from(row.here)})`,
    );
  return EXIT.ok;
}

async function get(context: Context, { key = '' }: Args): Promise<number> {
  const { value, origin } = await (await door()).getSetting(placeOf(context), key);
  if (context.output.json) context.output.document({ key, value, origin });
  else context.output.print(shown(value));
  return EXIT.ok;
}

async function set(context: Context, { key = '', value }: Args): Promise<number> {
  const { setSetting, waitsForRestart } = await door();
  const now = setSetting(placeOf(context), key, value);
  if (context.output.json) {
    context.output.document({ key, value: now });
    return EXIT.ok;
  }
  const later = waitsForRestart(key) ? '; a running daemon takes it over after "holdfast daemon restart"' : '';
  context.output.say(`${key} is ${shown(now)}${value === undefined ? ', as by default' : ''}${later}`);
  return EXIT.ok;
}

async function edit(context: Context): Promise<number> {
  const { env, paths, output } = context;
  const editor = env.VISUAL || env.EDITOR;
  if (!editor) throw usageError(`set VISUAL or EDITOR, or edit ${paths.configFile} yourself`);
  const { makePrivateDir } = await import('../../protocol/private-dir.ts');
  const { dirname } = await import('node:path');
  const { existsSync, writeFileSync } = await import('node:fs');
  if (!existsSync(dirname(paths.configFile))) makePrivateDir(dirname(paths.configFile));
  if (!existsSync(paths.configFile)) writeFileSync(paths.configFile, '{\n}\n', { mode: 0o600 });
  // as git does: an editor may be several words, which only a shell takes apart
  const { status, error } = spawnSync('/bin/sh', ['-c', `${editor} "$@"`, editor, paths.configFile], {
    stdio: 'inherit',
  });
  if (error || status !== 0) throw new Refusal(EXIT.error, `${editor} ended with ${status ?? error?.message}`);
  (await door()).checkSettings(placeOf(context));
  output.say(
    'the settings are good; a running daemon takes them over, tmux.* and environment.* after "holdfast daemon restart"',
  );
  return EXIT.ok;
}

function path({ paths, output }: Context): number {
  if (output.json) output.document({ path: paths.configFile });
  else output.print(paths.configFile);
  return EXIT.ok;
}

async function schema({ output }: Context): Promise<number> {
  output.print(JSON.stringify((await door()).schema(), undefined, 2)); // a document of its own: no `schema: 1` in it
  return EXIT.ok;
}
