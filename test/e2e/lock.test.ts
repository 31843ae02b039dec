import { type ChildProcess, execFileSync, type ForkOptions, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive } from './processes.ts';
import { type Holdfast, holdfast } from './rig.ts';
import { until } from './until.ts';

const CONTENDER = fileURLToPath(new URL('lock-contender.js', import.meta.url));
/** A hundred take half a minute; `.ci/run` asks for them. */
const ROUNDS = Number(process.env.HOLDFAST_LOCK_ROUNDS ?? 10);
const CONTENDERS = 8;
/** Who is started so is pid 1, as in a container. */
const CONTAINED = ['--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc'];

let dir = '';
let children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hf-lock-'));
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  children = [];
  rmSync(dir, { recursive: true, force: true });
});

interface Answer {
  readonly generation?: number;
  readonly refused?: string;
  readonly why?: string;
}

async function contender(options: ForkOptions = {}): Promise<ChildProcess> {
  const child = fork(CONTENDER, [dir], options);
  children.push(child);
  await once(child, 'message');
  return child;
}

async function tries(child: ChildProcess): Promise<Answer> {
  const answer = once(child, 'message');
  child.send('now');
  const [how] = await answer;
  return how as Answer; // as the contender sends it
}

async function releases(child: ChildProcess, generation: number): Promise<void> {
  const answer = once(child, 'message');
  child.send(generation);
  await answer;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const locks = () => readdirSync(dir).sort();

describe('the lock of a state directory', () => {
  test(
    `has one holder after each of ${ROUNDS} kills, with ${CONTENDERS} who want to be next, and a higher number each time`,
    async () => {
      let holder = await contender();
      let top = (await tries(holder)).generation ?? 0;
      expect(top).toBe(1);
      const waiting = await Promise.all(Array.from({ length: CONTENDERS - 1 }, () => contender()));
      for (let round = 0; round < ROUNDS; round++) {
        waiting.push(await contender());
        await kill(holder);
        const answers = await Promise.all(waiting.map(tries));
        expect(answers.filter(({ refused }) => refused === 'LockedError')).toHaveLength(CONTENDERS - 1);
        const winner = answers.findIndex(({ generation }) => (generation ?? 0) > top);
        expect(locks()).toEqual([`lock.${answers[winner]?.generation}`]);
        top = answers[winner]?.generation ?? top;
        holder = waiting.splice(winner, 1)[0] ?? holder;
      }
      expect(top).toBeGreaterThan(ROUNDS);
    },
    20_000 + ROUNDS * 2000,
  );

  test('is refused while its holder lives, with its pid and since when', async () => {
    const [holder, other] = [await contender(), await contender()];
    await tries(holder);
    const { refused, why } = await tries(other);
    expect(refused).toBe('LockedError');
    expect(why).toMatch(new RegExp(`another daemon \\(pid ${holder.pid}, since \\d{4}-.*\\) holds .*lock\\.1`));
    expect(locks()).toEqual(['lock.1']);
  });

  test.each<[string, Record<string, unknown>]>([
    ['its pid belongs to a younger process', { start: '1' }],
    ['it is from before the machine was started again', { boot: 'another' }],
  ])('is taken over where %s', async (_, but) => {
    const child = await contender();
    writeFileSync(join(dir, 'lock.7'), JSON.stringify({ ...(await holderOf(child)), ...but }));
    expect(await tries(await contender())).toEqual({ generation: 8 });
  });

  test('is refused while its holder lives as the first process of a container', async (context) => {
    const probe = spawnSync('unshare', [...CONTAINED, 'true'], { encoding: 'utf8' });
    if (probe.status !== 0) return context.skip(`no namespace for the pids: ${probe.stderr || probe.error}`);
    const within = { execPath: 'unshare', execArgv: [...CONTAINED, process.execPath] };
    const pair = await contender({ ...within, env: { ...process.env, BESIDE_A_HOLDER: '1' } });
    expect(await tries(pair)).toMatchObject({ refused: 'LockedError', why: expect.stringContaining('(pid 1, since') });
    expect(locks()).toEqual(['lock.1']);
  });

  test('of another machine is never taken over, and the sentence names the way out', async () => {
    const child = await contender();
    const file = join(dir, 'lock.7');
    writeFileSync(file, JSON.stringify({ ...(await holderOf(child)), host: 'elsewhere' }));
    const next = await contender();
    const { refused, why } = await tries(next);
    expect([refused, why]).toEqual([
      'LockedError',
      expect.stringMatching(/on host elsewhere .* If that machine is gone/),
    ]);
    execFileSync('sh', ['-c', /cp .*/.exec(why ?? '')?.[0] ?? 'false']);
    expect(await tries(next)).toEqual({ generation: 8 });
  });

  test('that was released is taken over under another name of the host, with a number that nobody had', async () => {
    const child = await contender();
    await tries(child);
    await releases(child, 1);
    elsewhere(dir);
    expect(await tries(await contender())).toEqual({ generation: 2 });
    expect(locks()).toEqual(['lock.2']);
  });

  test('that was released still counts on its own host until its process is gone: it may be writing its last', async () => {
    const [child, next] = [await contender(), await contender()];
    await tries(child);
    await releases(child, 1);
    expect(await tries(next)).toMatchObject({ refused: 'LockedError' });
    await kill(child);
    expect(await tries(next)).toEqual({ generation: 2 });
  });

  test('is released by nobody but its holder', async () => {
    const [holder, other] = [await contender(), await contender()];
    await tries(holder);
    await releases(other, 1);
    await releases(other, 2);
    elsewhere(dir);
    expect(await tries(other)).toMatchObject({ refused: 'LockedError' });
    expect(locks()).toEqual(['lock.1']);
  });

  test.each([
    ['empty', 'lock.7', '', 8],
    ['torn', 'lock.7', '{"pid":1', 8],
    ['for a pid that is no process', 'lock.7', '{"pid":0,"start":"","boot":"","host":"","at":""}', 8],
    ['of a number beyond counting', 'lock.9007199254740993', '{}', 1],
    ['of number zero', 'lock.0', '{}', 1],
  ])('that is %s holds nobody off', async (_, name, text, generation) => {
    writeFileSync(join(dir, name), text.replace('"host":""', `"host":"${hostname()}"`));
    expect(await tries(await contender())).toEqual({ generation });
  });

  test.each<[string, (path: string) => unknown, left: readonly string[]]>([
    ['a directory', (path) => mkdirSync(path), ['lock.7', 'lock.8']],
    ['a link, be it to what a holder wrote,', linked, ['elsewhere', 'lock.8']],
    ['a FIFO', (path) => execFileSync('mkfifo', [path]), ['lock.8']],
  ])('that is %s holds nobody off', async (_, plant, left) => {
    await plant(join(dir, 'lock.7'));
    expect(await tries(await contender())).toEqual({ generation: 8 });
    expect(locks()).toEqual(left);
  });
});

describe('after a daemon that was told to end', () => {
  test.each<[string, (hf: Holdfast, pid: number) => unknown]>([
    ['by daemon stop', (hf) => hf.cli('daemon', 'stop')],
    ['by SIGTERM', (_, pid) => process.kill(pid, 'SIGTERM')],
  ])('(%s) the next one starts though the host has got another name', async (_, end) => {
    const hf = holdfast();
    const pid = await hf.cli('list').then(hf.daemonPid);
    await end(hf, pid);
    await until(() => !isAlive(pid));
    elsewhere(hf.state);
    expect(await hf.cli('list')).toMatchObject({ code: 0 });
    expect(readdirSync(hf.state).filter((name) => name.startsWith('lock.'))).toEqual(['lock.2']);
  });
});

/** Lets the first lock be that of another host. */
function elsewhere(directory: string): void {
  const file = join(directory, 'lock.1');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), host: 'elsewhere' }));
}

/** What a living process that holds the lock wrote of itself. */
async function holderOf(child: ChildProcess): Promise<Record<string, unknown>> {
  await tries(child);
  const made = JSON.parse(readFileSync(join(dir, 'lock.1'), 'utf8'));
  rmSync(join(dir, 'lock.1'));
  return made;
}

async function linked(path: string): Promise<void> {
  writeFileSync(join(dir, 'elsewhere'), JSON.stringify(await holderOf(await contender())));
  symlinkSync('elsewhere', path);
}
