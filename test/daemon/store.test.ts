import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Held } from '../../src/daemon/held.ts';
import { openStore, storeIn } from '../../src/daemon/store.ts';
import { parseTaskId, parseTaskName } from '../../src/domain/ids.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'hf-store-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const PROMPT = Buffer.from([0, 0xff, 10, 13, 0x24, 0x28, 0x29]); // any bytes

async function accept(name = 'parser', env: Record<string, string> = {}): Promise<Held> {
  const store = await openStore(state);
  const prompt = join(state, 'incoming', 'prompt-1');
  writeFileSync(prompt, PROMPT, { mode: 0o600 });
  const draft = {
    schema: 1,
    name: parseTaskName(name),
    agent: 'demo',
    session: `demo-${name}`,
    cwd: '/',
    createdAt: 1_800_000_000_000,
    labels: ['a'],
    permissions: 'workspace',
    chosenId: '01a1fb4a-9c85-4483-b196-25e11e7ee3ad',
    prompt: { bytes: PROMPT.length, sha256: '' },
    policy: defaultPolicy,
  } as const;
  return await store.accept(draft, { prompt, env }, 1);
}

const load = async () => await (await openStore(state)).load();
const quarantined = () => readdirSync(join(state, 'quarantine'));

describe('a task that is accepted', () => {
  test('gets a directory of its own, which nobody can guess or read', async () => {
    const one = await accept();
    const other = await accept();
    expect(parseTaskId(one.spec.id)).toBe(basename(one.dir));
    expect(one.dir).not.toBe(other.dir);
    expect(statSync(one.dir).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(one.dir)) expect(statSync(join(one.dir, name)).mode & 0o077).toBe(0);
  });

  test('takes the prompt over as it is', async () => {
    const { dir } = await accept();
    expect(readFileSync(join(dir, 'prompt.md'))).toEqual(PROMPT);
    expect(readdirSync(join(state, 'incoming'))).toEqual([]);
  });

  test('is found again by the next daemon, as it was', async () => {
    const { spec, task, dir } = await accept('parser', { TOKEN: 'secret' });
    const { tasks, quarantined: set } = await load();
    expect(set).toEqual([]);
    expect(tasks).toEqual([expect.objectContaining({ spec, task, dir })]);
    expect(await (await openStore(state)).environmentOf({ dir })).toEqual({ TOKEN: 'secret' });
  });

  test('shares in memory the settings that others had too', async () => {
    for (const name of ['one', 'other']) await accept(name);
    const [one, other] = (await load()).tasks;
    expect(one?.spec.policy).toEqual(defaultPolicy);
    expect(one?.spec.policy).toBe(other?.spec.policy);
  });

  test('is gone when it is forgotten', async () => {
    const held = await accept();
    await (await openStore(state)).forget(held);
    expect(await load()).toEqual({ tasks: [], quarantined: [] });
  });
});

describe('a directory without a spec was never answered for', () => {
  test('and goes', async () => {
    const { dir } = await accept();
    rmSync(join(dir, 'spec.json'));
    expect(await load()).toEqual({ tasks: [], quarantined: [] });
    expect(readdirSync(join(state, 'tasks'))).toEqual([]);
  });

  test('so does what was half forgotten when the daemon died, and it is no damage', async () => {
    const { dir, spec } = await accept();
    renameSync(dir, join(state, 'tasks', `.pruned-${spec.id}`));
    expect(await storeIn(state).peek()).toEqual({ tasks: [], quarantined: [] });
    expect(await load()).toEqual({ tasks: [], quarantined: [] });
    expect(readdirSync(join(state, 'tasks'))).toEqual([]);
  });
});

describe('one damaged task costs one task: it is set aside with all that it has, and the others go on', () => {
  test.each<[string, (dir: string) => void, RegExp]>([
    ['a torn spec', (dir) => writeFileSync(join(dir, 'spec.json'), '{"schema":1,'), /spec\.json is not JSON/],
    ['a spec of nothing', (dir) => writeFileSync(join(dir, 'spec.json'), '{}'), /spec\.json: .*schema/s],
    ['a damaged journal', (dir) => writeFileSync(join(dir, 'journal.ndjson'), 'nonsense\n'), /line 1: the checksum/],
    ['no journal', (dir) => rmSync(join(dir, 'journal.ndjson')), /journal/],
    ['a directory for a journal', (dir) => replaceByDirectory(join(dir, 'journal.ndjson')), /journal|regular/],
    ['a directory for a spec', (dir) => replaceByDirectory(join(dir, 'spec.json')), /spec\.json is not a regular file/],
    ['a spec that is gone, of a task whose journal went on', (dir) => loseSpec(dir, '0 what'), /spec\.json is gone/],
    ['a spec that is gone, of a task that was at work', (dir) => loseSpec(dir), /spec\.json is gone/],
    ['the name of another task', (dir) => renameSync(dir, `${dir.slice(0, -6)}ZZZZZZ`), /names the task parser-/],
  ])('%s', async (_, damage, why) => {
    const good = await accept('healthy');
    const bad = await accept();
    damage(bad.dir);
    const { tasks, quarantined: told } = await load();
    expect(tasks.map(({ spec }) => spec.id)).toEqual([good.spec.id]);
    expect(told).toEqual([{ id: expect.stringMatching(/^parser-/), why: expect.stringMatching(why) }]);
    const [place = ''] = quarantined();
    expect(readFileSync(join(state, 'quarantine', place, 'reason.txt'), 'utf8')).toMatch(why);
    expect(readFileSync(join(state, 'quarantine', place, 'prompt.md'))).toEqual(PROMPT);
    expect((await load()).quarantined).toEqual([]); // told once
  });

  test('but not a task of a newer version or of an agent that we do not know: that stays where it is', async () => {
    const { dir, spec } = await accept();
    writeFileSync(join(dir, 'spec.json'), JSON.stringify({ ...spec, agent: 'emacs' }));
    expect((await load()).quarantined).toEqual([{ id: spec.id, why: 'this version knows no agent "emacs"' }]);
    expect(readdirSync(join(state, 'tasks'))).toEqual([spec.id]);
  });
});

describe('variables that cannot be read', () => {
  test.each<[string, (path: string) => void]>([
    ['torn', (path) => writeFileSync(path, '{"TOKEN":"se')],
    ['no record of texts', (path) => writeFileSync(path, '{"TOKEN":7}')],
    ['gone', (path) => rmSync(path)],
    ['a directory', replaceByDirectory],
  ])('(%s) keep the agent from being started, for good, and the sentence says why', async (_, damage) => {
    const { dir } = await accept('parser', { TOKEN: 'secret' });
    damage(join(dir, 'env.json'));
    await expect(storeIn(state).environmentOf({ dir })).rejects.toThrow(
      expect.objectContaining({
        name: 'LaunchError',
        permanent: true,
        message: expect.stringMatching(/env\.json.*damaged/),
      }),
    );
  });
});

test('a peek finds the same, and changes nothing', async () => {
  const [well, torn, unasked] = [await accept('well'), await accept('torn'), await accept('unasked')];
  writeFileSync(join(torn.dir, 'journal.ndjson'), 'nonsense\n');
  rmSync(join(unasked.dir, 'spec.json'));
  const before = readdirSync(state, { recursive: true }).sort();
  const { tasks, quarantined: told } = await storeIn(state).peek();
  expect(tasks.map(({ spec }) => spec.id)).toEqual([well.spec.id]);
  expect(told).toEqual([{ id: torn.spec.id, why: expect.stringMatching(/checksum/) }]);
  expect(readdirSync(state, { recursive: true }).sort()).toEqual(before);
});

test('where nothing was ever accepted there is nothing to peek at', async () => {
  expect(await storeIn(join(state, 'nowhere')).peek()).toEqual({ tasks: [], quarantined: [] });
});

function replaceByDirectory(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

function loseSpec(dir: string, second?: string): void {
  rmSync(join(dir, 'spec.json'));
  if (second === undefined) mkdirSync(join(dir, 'attempts', '1'));
  else appendFileSync(join(dir, 'journal.ndjson'), second);
}
