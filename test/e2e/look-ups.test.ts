import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/protocol/methods.ts';
import { holdfast, kindsOf } from './rig.ts';

const settings = { resume: { baseMinutes: 0 }, tickSeconds: 0.2 };

const event = (type: string, part: object) => JSON.stringify({ type, sessionID: 'ses_one', part });
const begins = event('step_start', {});
const ends = `${event('text', { text: 'All is done.' })}\n${event('step_finish', { reason: 'stop', tokens: {} })}`;

/** An opencode that is killed in its first life, after it has said `named`. `db` is what its command for the database does the first time; then it knows the conversation. */
function withOpencode({ named = begins, db }: { readonly named?: string; readonly db: string }) {
  const hf = holdfast({ settings });
  mkdirSync(hf.inside('bin'));
  const once = (file: string) => `[ ! -e "$PWD/${file}" ] && touch "$PWD/${file}"`;
  const program = `#!/bin/sh
if [ "$1" = db ]; then
  echo "$2" >>queries
  if ${once('asked')}; then ${db}; fi
  echo '[{"session_id":"ses_one","id":"ses_one"}]'
  exit 0
fi
echo "$@" >>runs
if ${once('lived')}; then echo '${named}'; kill -9 $$; fi
echo '${begins}'
echo '${ends}'
`;
  writeFileSync(hf.inside('bin', 'opencode'), program, { mode: 0o755 });
  const path = `PATH=${hf.inside('bin')}:${hf.env.PATH}`;
  return { hf, start: () => hf.cli('start', 'opencode', 'look', '--prompt', 'Do it.', '--env', path) };
}

describe('a conversation whose agent must be asked for it', () => {
  test.each([
    ['fails', 'echo "Error: database is locked" >&2; exit 1', 'opencode db ended with 1: Error: database is locked'],
    ['is killed', 'kill -9 $$', 'opencode db was killed by SIGKILL'],
  ])('is not begun afresh where the agent %s at that: it is asked again', async (_, db, why) => {
    const { hf, start } = withOpencode({ db });
    expect((await start()).code).toBe(0);
    const task = await hf.end('look');
    expect(task).toMatchObject({ state: 'succeeded', conversation: 'ses_one', attempt: 3 });
    expect(kindsOf(task).filter((kind) => kind !== undefined)).toEqual(['fresh', 'resume']);
    const { history } = methods.explain.result.parse(await hf.json('explain', 'look'));
    expect(history.find(({ happening }) => happening === 'launchFailed')?.why).toContain(why);
    const runs = hf.text('runs').trim().split('\n');
    expect(runs.map((run) => run.includes('--session=ses_one'))).toEqual([false, true]);
  });
});

describe('an agent that was killed before it had named its conversation', () => {
  const die = async (db: string) => {
    const { hf, start } = withOpencode({ named: '', db });
    expect((await start()).code).toBe(0);
    const task = await hf.end('look');
    expect(task).toMatchObject({ state: 'succeeded', conversation: 'ses_one', attempt: 2 });
    const [first = '', second = ''] = hf.text('runs').split('\n');
    const title = /--title=(holdfast-[0-9a-f-]{36})/.exec(first)?.[1] ?? expect.fail(first);
    expect(hf.text('queries')).toContain(`'${title}'`);
    const { history } = methods.explain.result.parse(await hf.json('explain', 'look'));
    return { kinds: kindsOf(task), second, history };
  };

  test('is resumed in it where the agent finds it by its title', async () => {
    const { kinds, second, history } = await die(':');
    expect(kinds).toEqual(['fresh', 'resume']);
    expect(second).toContain('--session=ses_one');
    expect(history.map(({ why }) => why)).toContain(
      'the agent had not named its conversation yet, but it lies on disk',
    );
  });

  test('is begun afresh where there is none', async () => {
    const { kinds, second } = await die('echo "[]"; exit 0');
    expect(kinds).toEqual(['fresh', 'fresh']);
    expect(second).toContain('--title=');
  });
});
