import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { demo } from '../../src/agents/demo.ts';
import type { Subject } from '../../src/domain/driver.ts';
import { parseTaskName, type TaskId } from '../../src/domain/ids.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';
import { newTask } from '../../src/domain/task.ts';
import { attemptFiles, revoke } from '../../src/drivers/attempt.ts';
import { askToEnd, clearEarlier, endAttempt } from '../../src/drivers/ending.ts';
import { scriptText } from '../../src/drivers/launch-script.ts';
import { startOf } from '../../src/system/processes.ts';
import { endAllOf, isAlive, kill } from './processes.ts';
import { until } from './until.ts';

const RUNNER = fileURLToPath(new URL('../../src/runner/runner.sh', import.meta.url));
const CLAIMED_BEFORE = 76;
const PATH = process.env.PATH ?? '/usr/bin:/bin';

/** A task directory with an order for its first attempt, and nothing else around it: no daemon, no tmux. */
function taskWith(...agent: string[]) {
  const home = mkdtempSync('/tmp/hf-');
  const dir = join(home, 'fence-aB3xY9');
  const id = 'fence-aB3xY9' as TaskId; // as mkdtemp makes them
  mkdirSync(join(dir, 'attempts'), { recursive: true });
  mkdirSync(join(dir, 'launch'));
  writeFileSync(join(dir, 'prompt.md'), 'nothing\n');
  const order = {
    cwd: home,
    umask: 0o022,
    prompt: join(dir, 'prompt.md'),
    env: { PATH },
    argv: ['sh', '-c', ...agent],
  };
  const files = attemptFiles(dir, 1);
  writeFileSync(files.order, scriptText(order));
  execFileSync('mkfifo', [files.fifo]);
  onTestFinished(async () => {
    await endAllOf(home);
    rmSync(home, { recursive: true, force: true });
  });
  const spec = {
    schema: 1,
    id,
    name: parseTaskName('fence'),
    agent: 'demo',
    session: 'demo-fence',
    cwd: home,
    createdAt: 0,
    labels: [],
    permissions: 'workspace',
    chosenId: '0b8a2c9e-7f4d-4d52-9c55-5b7f3c1f6a10',
    prompt: { bytes: 8, sha256: '' },
    policy: defaultPolicy,
  } as const;
  return {
    files,
    /** The task while this attempt is its present one. */
    at: (attempt: number): Subject => ({ spec, task: { ...newTask(0), attempt }, agent: demo, dir }),
    text: (name: string): string => (existsSync(join(home, name)) ? readFileSync(join(home, name), 'utf8') : ''),
    touch: (name: string): void => writeFileSync(join(home, name), ''),
    run: (): Runner => {
      const child = spawn('sh', [RUNNER, dir, '1', 'true'], { env: { PATH }, stdio: 'ignore', detached: true }); // as tmux does
      return { child, ended: new Promise((resolve) => child.on('exit', (code) => resolve(code ?? -1))) };
    },
  };
}

interface Runner {
  readonly child: ChildProcess;
  readonly ended: Promise<number>;
}

describe('one attempt', () => {
  test('that sixty runners begin at once is begun by one of them', async () => {
    const task = taskWith('echo begun >> begun; while [ ! -e go ]; do sleep 0.05; done');
    const ends: number[] = [];
    const runners = Array.from({ length: 60 }, () => task.run().ended.then((code) => ends.push(code)));
    await until(() => ends.length === 59);
    expect(new Set(ends)).toEqual(new Set([CLAIMED_BEFORE]));
    task.touch('go');
    await Promise.all(runners);
    expect(ends.at(-1)).toBe(0);
    expect(task.text('begun')).toBe('begun\n');
  });

  test('that was taken away is begun by nobody, however late he comes', async () => {
    const task = taskWith('echo begun >> begun');
    await revoke(task.at(1).dir, 1);
    expect(await task.run().ended).toBe(CLAIMED_BEFORE);
    expect(task.text('begun')).toBe('');
    expect(existsSync(task.files.agent)).toBe(false);
  });

  test('that runners and the daemon want at the same time goes to one of them', async () => {
    const race = async (others: number): Promise<void> => {
      const task = taskWith('echo begun >> begun');
      const runners = [task.run(), task.run()];
      // So many other programs are waited for in between, which spreads the moment over the start of a shell. Whoever wins, the other has lost.
      for (let seen = 0; seen < others; seen++) await once(spawn('true'), 'exit');
      await revoke(task.at(1).dir, 1);
      await Promise.all(runners.map(({ ended }) => ended));
      expect(task.text('begun')).toBe(existsSync(task.files.revoked) ? '' : 'begun\n');
    };
    await Promise.all(Array.from({ length: 15 }, (_, index) => race(index)));
  });
});

test('an agent that hears neither HUP nor TERM is gone before the next attempt, though its runner was killed', async () => {
  const task = taskWith("trap '' HUP TERM INT; echo $$ > agent; while :; do sleep 1; done");
  const { child } = task.run();
  const agent = await until(() => Number(task.text('agent')));
  await until(() => existsSync(task.files.agent));
  kill(child.pid ?? 0);
  process.kill(agent, 'SIGTERM');
  process.kill(agent, 'SIGHUP');
  await until(() => !isAlive(child.pid ?? 0));
  expect(isAlive(agent)).toBe(true);
  await clearEarlier(task.at(2));
  expect(isAlive(agent)).toBe(false);
});

test('an agent whose runner died before either was written down is gone before the next attempt', async () => {
  const task = taskWith("trap '' HUP TERM INT; echo $$ > agent; while :; do sleep 1; done");
  const { child } = task.run();
  const agent = await until(() => Number(task.text('agent')));
  await until(() => existsSync(task.files.agent));
  kill(child.pid ?? 0);
  rmSync(task.files.agent);
  rmSync(task.files.runner);
  await clearEarlier(task.at(2));
  expect(isAlive(agent)).toBe(false);
});

test('a tool without parent, mark or session of its own is gone before the next attempt', async () => {
  const task = taskWith('(env -i sleep 100 & echo $! > tool); exit 7');
  expect(await task.run().ended).toBe(7);
  const tool = Number(task.text('tool'));
  expect(isAlive(tool)).toBe(true);
  await clearEarlier(task.at(2));
  expect(isAlive(tool)).toBe(false);
});

test('a stopped agent takes such a tool along, and its runner records how', async () => {
  const task = taskWith('(env -i sleep 100 & echo $! > tool); exec sleep 100');
  const { ended } = task.run();
  await until(() => existsSync(task.files.agent) && task.text('tool'));
  const tool = Number(task.text('tool'));
  expect(await askToEnd(task.at(1))).toBe(true);
  expect(await ended).toBe(128 + 15);
  expect(readFileSync(task.files.exit, 'utf8')).toMatch('143');
  await until(() => !isAlive(tool));
});

test.runIf(existsSync('/proc/self/io'))('sixty ends at once have their looks at all processes in common', async () => {
  const task = taskWith('true');
  const readsOf = async (ends: number): Promise<number> => {
    const before = reads();
    const ended = await Promise.all(Array.from({ length: ends }, () => endAttempt(task.at(1))));
    expect(new Set(ended)).toEqual(new Set([true]));
    return reads() - before;
  };
  const alone = await readsOf(1);
  expect(await readsOf(60)).toBeLessThan(20 * alone);
});

/** How often this process has read from files. */
const reads = (): number => Number(/^syscr: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

describe('a record of a process', () => {
  const record = (pid: unknown, start: string | undefined): string => JSON.stringify({ pid, start });

  test.each<[string, (bystander: number) => string]>([
    ['pid 0, our own group', () => record(0, startOf(1))],
    ['pid -1, every process', () => record(-1, startOf(1))],
    ['pid 1', () => record(1, '0')],
    ['our own pid', () => record(process.pid, startOf(process.pid))],
    ['our parent, with another start', () => record(process.ppid, '1')],
    ['a pid that was given anew', (bystander) => record(bystander, String(Number(startOf(bystander)) - 1))],
    ['a pid without its start', (bystander) => record(bystander, undefined)],
    ['a pid in quotes', (bystander) => record(String(bystander), startOf(bystander))],
    ['a fraction', (bystander) => record(bystander + 0.5, startOf(bystander))],
    ['a group', (bystander) => record(-bystander, startOf(bystander))],
    ['no number', () => record(null, '1')],
    ['no JSON', () => '{"pid":'],
    ['nothing', () => ''],
  ])('that names %s has nobody signalled', async (_, text) => {
    const task = taskWith('true');
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void bystander.kill('SIGKILL'));
    mkdirSync(task.files.at);
    for (const file of [task.files.runner, task.files.agent]) writeFileSync(file, text(bystander.pid ?? 0));
    const kills = vi.spyOn(process, 'kill');
    onTestFinished(() => kills.mockRestore());
    expect(await askToEnd(task.at(1))).toBe(false);
    expect(await endAttempt(task.at(1))).toBe(true);
    await clearEarlier(task.at(2));
    expect(kills.mock.calls).toEqual([]);
    expect(isAlive(bystander.pid ?? 0)).toBe(true);
  });

  test('that was written before the machine was started again names nobody who lives now', async () => {
    const task = taskWith('true');
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void bystander.kill('SIGKILL'));
    mkdirSync(task.files.at);
    writeFileSync(task.files.host, JSON.stringify({ boot: 'another', server: 1 }));
    const same = record(bystander.pid, startOf(bystander.pid ?? 0)); // start times are counted from the start of the machine
    for (const file of [task.files.runner, task.files.agent]) writeFileSync(file, same);
    expect(await askToEnd(task.at(1))).toBe(false);
    expect(await endAttempt(task.at(1))).toBe(true);
    await clearEarlier(task.at(2));
    expect(isAlive(bystander.pid ?? 0)).toBe(true);
  });

  test('that names a living process by pid and start has it ended: the table above can fail', async () => {
    const task = taskWith('true');
    const victim = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void victim.kill('SIGKILL'));
    mkdirSync(task.files.at);
    writeFileSync(task.files.agent, record(victim.pid, startOf(victim.pid ?? 0)));
    expect(await endAttempt(task.at(1))).toBe(true);
    expect(isAlive(victim.pid ?? 0)).toBe(false);
  });
});
