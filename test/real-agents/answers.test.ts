import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'vitest';
import { methods } from '../../src/protocol/methods.ts';
import { fileOf } from '../e2e/rig.ts';
import { reply, type Step } from './fake-model/script.ts';
import { patiently } from './patiently.ts';
import { type Stage, setUp } from './stage.ts';

/** Settings of the agent's own by which it asks before each command; codex has none: its model has it ask. */
const ASKS = {
  claude: { tool: 'Bash', file: '.claude/settings.json', more: { permissions: { ask: ['Bash'] } } },
  opencode: { tool: 'bash', file: '.config/opencode/opencode.json', more: { permission: { bash: 'ask' } } },
} as const;
type Asking = keyof typeof ASKS | 'codex';

const SETTINGS = { tickSeconds: 1, silence: { lingerSeconds: 2 } };
const theEnd = reply({ text: 'All are counted.' });

async function setUpAsking(
  agent: Asking,
  steps: readonly Step[],
  ends: TestContext['onTestFinished'],
  settings: object = {},
): Promise<Stage> {
  const stage = await setUp(agent, steps, ends, { settings: { ...SETTINGS, ...settings } });
  if (agent === 'codex') return stage;
  const path = join(stage.home, ASKS[agent].file);
  const own = existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : {};
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify({ ...own, ...ASKS[agent].more }));
  return stage;
}

const begin = ({ start }: Stage) => start('tiles', 'Count the tiles.', '--driver', 'tui');

/** Waits until this is what the task asks. */
const asks = ({ hf }: Stage, words: string): Promise<void> =>
  patiently(async () => (await hf.task('tiles')).question?.text.includes(words));

/** A call for which codex asks: the command is to run outside of its sandbox. */
const escalated = (cmd: string) => ({
  name: 'exec_command',
  args: { cmd, sandbox_permissions: 'require_escalated', justification: 'May I?' },
});

describe.concurrent('its own program asks', () => {
  test.for([
    ['claude', 'pwd', 'allow'],
    ['claude', 'rm made.txt', 'deny'],
    ['opencode', 'pwd', 'allow'],
    ['opencode', 'rm made.txt', 'deny'],
    ['codex', 'pwd', 'allow'],
    ['codex', 'rm made.txt', 'deny'],
  ] as const)('for a command, of %s: %s, and a rule has the answer: %s', async ([agent, shell, rule], context) => {
    const { expect, onTestFinished } = context;
    const answers = { mode: 'accept-safe', deny: ['command(rm *)'] };
    const does = agent === 'codex' ? { tools: [escalated(shell)] } : { shell };
    const stage = await setUpAsking(agent, [reply({ text: 'I do.', ...does }), theEnd], onTestFinished, { answers });
    await writeFile(join(stage.work, 'made.txt'), '');
    const [ended] = await stage.end(await begin(stage));
    expect(ended?.state).toBe('succeeded');
    expect(existsSync(join(stage.work, 'made.txt'))).toBe(true);
    const journal = await readFile(join(ended?.directory ?? '', 'journal.ndjson'), 'utf8');
    expect(journal.match(/"type":"(un)?answered"[^}]*/g)).toEqual([expect.stringContaining(`"by":"${rule} `)]);
  });

  test('for nothing, of pi: what its model calls is done', async (context) => {
    const { expect, onTestFinished } = context;
    const steps = [reply({ text: 'I do.', shell: 'touch made.txt' }), theEnd];
    const stage = await setUp('pi', steps, onTestFinished, { settings: SETTINGS });
    const [ended] = await stage.end(await begin(stage));
    expect(ended?.state).toBe('succeeded');
    expect(existsSync(join(stage.work, 'made.txt'))).toBe(true);
    const { history } = methods.explain.result.parse(await stage.hf.json('explain', 'tiles'));
    expect(history.map(({ happening }) => happening)).not.toContain('asked');
  });

  test('for a long command, of claude: once it is granted the task runs, although no hook tells of that', async (context) => {
    const { expect, onTestFinished } = context;
    const long = reply({ text: 'I wait.', shell: 'until [ -e go ]; do sleep 0.2; done; echo granted' });
    const stage = await setUpAsking('claude', [long, theEnd], onTestFinished);
    const task = await begin(stage);
    await asks(stage, 'until');
    await patiently(async () => (await stage.hf.cli('logs', task.name, '--screen')).stdout.includes('Esc to cancel'));
    expect(await stage.hf.cli('send', task.name, '--key', '1')).toMatchObject({ code: 0 }); // as a person in the session would
    await patiently(async () => (await stage.hf.task(task.name)).state === 'running');
    const granted = await stage.hf.task(task.name);
    expect(granted.question).toBeUndefined();
    await writeFile(join(stage.work, 'go'), '');
    const [ended] = await stage.end(task);
    expect(ended?.state).toBe('succeeded');
    expect(stage.model.turns().at(-1)?.body).toContain('granted');
    const { history } = methods.explain.result.parse(await stage.hf.json('explain', task.name));
    expect(history.filter(({ happening }) => happening === 'asked')).toHaveLength(1);
  });

  test('for two permissions at once, of helpers of claude: none is granted but the one that is shown', async (context) => {
    const { expect, onTestFinished } = context;
    const helpers = ['one', 'two'].map((name) => ({
      name: 'Agent',
      args: { description: name, prompt: `helper ${name}`, subagent_type: 'general-purpose' },
    }));
    const works = (name: string) => reply({ contains: `helper ${name}`, text: 'I touch.', shell: `touch ${name}` });
    const steps = [
      reply({ text: 'Two helpers.', tools: helpers }),
      works('one'),
      works('two'),
      { ...theEnd, times: '*' as const },
    ];
    const stage = await setUpAsking('claude', steps, onTestFinished);
    const task = await begin(stage);
    const told = async () =>
      (await readFile(fileOf(task, 1, 'events.jsonl'), 'utf8')).split('"PermissionRequest"').length - 1;
    await patiently(async () => (await told()) === 2);
    const shown = async () =>
      / {3}touch (one|two) *\n/.exec((await stage.hf.cli('logs', task.name, '--screen')).stdout)?.[1];
    await patiently(shown);
    const first = (await shown()) ?? '';
    await patiently(async () => (await stage.hf.task(task.name)).question !== undefined);
    const isAsked = (await stage.hf.task(task.name)).question?.text.includes(`touch ${first}`);
    const { code, stderr } = await stage.hf.cli('answer', task.name, 'yes');
    expect(code, stderr).toBe(isAsked ? 0 : 4);
    if (!isAsked) await stage.hf.cli('send', task.name, '--key', '1');
    await patiently(() => existsSync(join(stage.work, first)));
    const second = first === 'one' ? 'two' : 'one';
    expect(existsSync(join(stage.work, second))).toBe(false);
    await asks(stage, `touch ${second}`);
    await patiently(async () => (await shown()) === second);
    expect(await stage.hf.cli('answer', task.name, 'yes')).toMatchObject({ code: 0 });
    const [ended] = await stage.end(task);
    expect(ended?.state).toBe('succeeded');
    expect(existsSync(join(stage.work, second))).toBe(true);
  });

  test('for a command, of opencode: refused by us it is told so, refused in the session it asks how to go on', async (context) => {
    const { expect, onTestFinished } = context;
    const writes = (name: string) => reply({ text: 'I write.', shell: `echo made > ${name}.txt` });
    const stage = await setUpAsking('opencode', [writes('one'), writes('two'), theEnd], onTestFinished);
    const task = await begin(stage);
    await asks(stage, 'one.txt');
    expect(await stage.hf.cli('answer', task.name, 'no')).toMatchObject({ code: 0 });
    await asks(stage, 'two.txt');
    expect(stage.model.turns().at(-1)?.body).toContain('That was refused.');
    await patiently(async () =>
      (await stage.hf.cli('logs', task.name, '--screen')).stdout.includes('Permission required'),
    );
    expect(await stage.hf.cli('send', task.name, '--key', 'Escape')).toMatchObject({ code: 0 }); // as a person in the session would
    await asks(stage, 'How is it to go on?');
    expect(await stage.hf.cli('answer', task.name, 'Without', 'it.')).toMatchObject({ code: 0 });
    const [ended] = await stage.end(task);
    expect(ended?.state).toBe('succeeded');
    expect(stage.model.turns().at(-1)?.body).toContain('Without it.');
    expect(['one.txt', 'two.txt'].filter((name) => existsSync(join(stage.work, name)))).toEqual([]);
  });

  test('for two permissions at once, of opencode: each is answered in its turn', async (context) => {
    const { expect, onTestFinished } = context;
    const tools = ['one', 'two'].map((name) => ({
      name: ASKS.opencode.tool,
      args: { command: `sleep 2; echo made > ${name}.txt`, description: name },
    }));
    const stage = await setUpAsking('opencode', [reply({ text: 'I write.', tools }), theEnd], onTestFinished);
    const task = await begin(stage);
    await asks(stage, 'one.txt');
    expect(await stage.hf.cli('answer', task.name, 'yes')).toMatchObject({ code: 0 });
    await asks(stage, 'two.txt');
    expect(await stage.hf.cli('answer', task.name, 'yes')).toMatchObject({ code: 0 });
    const [ended] = await stage.end(task);
    expect(ended?.state).toBe('succeeded');
    expect(['one.txt', 'two.txt'].filter((name) => existsSync(join(stage.work, name)))).toHaveLength(2);
  });
});

describe.concurrent('codex, in its own program, and a helper of it', () => {
  const spawns = reply({
    text: 'A helper.',
    tools: [{ name: 'collaboration.spawn_agent', args: { message: 'Do a part.', task_name: 'sub' } }],
  });
  const helped = { contains: String.raw`{\"task_name\":\"/root/sub\"}` }; // only the main thread is told so
  const ends = { ...theEnd, times: '*' as const };

  async function setUpHelper(steps: readonly Step[], onTestFinished: TestContext['onTestFinished']): Promise<Stage> {
    const stage = await setUp('codex', [spawns, ...steps, ends], onTestFinished, {
      settings: { ...SETTINGS, silence: { lingerSeconds: 8 } }, // the helper is to ask before
    });
    const path = join(stage.home, '.codex', 'config.toml');
    await writeFile(path, (await readFile(path, 'utf8')).replace('[features]', '[features]\nmulti_agent_v2 = true'));
    return stage;
  }

  const shown = async ({ hf }: Stage, row: string): Promise<boolean> =>
    (await hf.cli('logs', 'tiles', '--screen')).stdout.includes(`\n  $ ${row}\n`);

  test('ask for a permission each: none is granted but the one that is shown', async (context) => {
    const { expect, onTestFinished } = context;
    const [one, two] = ['touch one', 'touch two'];
    const steps = [
      reply({ ...helped, text: 'I do.', tools: [escalated(one)] }),
      reply({ contains: 'Do a part.', text: 'I help.', tools: [escalated(two)], waitMs: 3000 }),
    ];
    const stage = await setUpHelper(steps, onTestFinished);
    const task = await begin(stage);
    const told = async () =>
      (await readFile(fileOf(task, 1, 'events.jsonl'), 'utf8')).split('"PermissionRequest"').length - 1;
    await patiently(async () => (await told()) === 2);
    await patiently(() => shown(stage, one));
    await asks(stage, one);
    expect(await stage.hf.cli('answer', task.name, 'yes')).toMatchObject({ code: 0 });
    await patiently(() => existsSync(join(stage.work, 'one')));
    await asks(stage, two);
    expect(existsSync(join(stage.work, 'two'))).toBe(false);
    await patiently(() => shown(stage, two));
    expect(await stage.hf.cli('answer', task.name, 'yes')).toMatchObject({ code: 0 });
    const [ended] = await stage.end(task);
    expect(ended?.state).toBe('succeeded');
    expect(existsSync(join(stage.work, 'two'))).toBe(true);
  });

  test('ask after the turn has ended: the task is over once that is answered', async (context) => {
    const { expect, onTestFinished } = context;
    const steps = [
      { ...theEnd, ...helped },
      reply({ contains: 'Do a part.', text: 'I help.', tools: [escalated('touch two')], waitMs: 3000 }),
    ];
    const stage = await setUpHelper(steps, onTestFinished);
    const task = await begin(stage);
    await asks(stage, 'touch two');
    await patiently(() => shown(stage, 'touch two'));
    expect(await stage.hf.cli('answer', task.name, 'yes')).toMatchObject({ code: 0 });
    const [ended] = await stage.end(task);
    expect(ended?.state).toBe('succeeded');
    expect(existsSync(join(stage.work, 'two'))).toBe(true);
  });
});
