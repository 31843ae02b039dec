import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { methods } from '../../src/protocol/methods.ts';
import { isAlive, killed } from './processes.ts';
import { holdfast, pidOf } from './rig.ts';
import { until } from './until.ts';

/** Root may have any number of processes, so this daemon is nobody's. */
const NOBODY = { uid: 65_534, gid: 65_534 };
const WHY = /no process can be started just now \(EAGAIN: the limit on processes \(ulimit -u\) is reached\)/;

const program = fileURLToPath(new URL('../../bin/holdfast.js', import.meta.url));
const limitable =
  process.geteuid?.() === 0 &&
  spawnSync('prlimit', ['--version'], NOBODY).status === 0 &&
  spawnSync(process.execPath, [program, '--version'], NOBODY).status === 0; // a tree below /root is not for everybody
if (!limitable)
  console.warn('NOT TESTED: a user who may have no more processes. Only root can be another, who can read this tree');

const AGAIN = /^holdfast: [^\n]*EAGAIN[^\n]*ask again[^\n]*\n$/;

/** So many processes may there be of the user of this one before it can start none. */
const mayHave = (pid: number, most: number): unknown =>
  execFileSync('prlimit', ['--pid', String(pid), `--nproc=${most}:`], NOBODY);

describe.runIf(limitable)('while no process can be started any more', () => {
  test('the daemon says so, watches on, spends no attempt on it, and goes on by itself', async () => {
    const settings = { tickSeconds: 0.2, notify: { to: { one: { type: 'command', argv: ['true'] } } } };
    const hf = holdfast({ settings, user: NOBODY.uid });
    const problems = async () => methods.hello.result.parse(await hf.json('daemon', 'status')).problems;
    const untold = async () => methods.notices.result.parse(await hf.json('notices', '--pending')).notices;
    const states = async () =>
      (await hf.list()).map(({ name, state, attempt }) => `${name} ${state} ${attempt}`).sort();
    const [lives, dies] = await Promise.all([
      hf.start('lives', ['@touch ready', '@wait go']),
      hf.start('dies', ['@touch set', '@wait go']),
      hf.start('ends', ['@touch steady', '@wait end']),
    ]);
    for (const name of ['ready', 'set', 'steady']) await hf.sees(name);
    const agent = await pidOf(lives, 1, 'agent');
    const daemon = await hf.daemonPid();

    mayHave(daemon, 1);
    await killed(await pidOf(dies, 1, 'agent'));
    hf.touch('end');
    expect(await hf.end('ends'), 'what ended is still judged').toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await hf.cli('start', 'demo', 'new', '--prompt', '@say hi')).toMatchObject({
      code: 75,
      stdout: '',
      stderr: expect.stringMatching(/^holdfast: [^\n]*EAGAIN[^\n]*the task was not accepted[^\n]*\n$/),
    });
    expect((await untold()).map(({ name, kind }) => `${name} ${kind}`)).toContain('ends finished');
    expect(readdirSync(join(hf.state, 'incoming'))).toEqual([]);
    expect(readdirSync(join(hf.state, 'tasks'))).toHaveLength(3);
    expect(await hf.cli('stop', 'ends'), 'its session cannot be closed').toMatchObject({
      code: 75,
      stderr: expect.stringMatching(AGAIN),
    });
    await until(async () => (await problems()).some((problem) => WHY.test(problem)));
    expect(await hf.cli('send', 'lives', '--force', 'hello'), 'nothing is typed').toMatchObject({
      code: 75,
      stderr: expect.stringMatching(AGAIN),
    });
    expect(await hf.cli('retry', 'dies'), 'it would lose its attempt').toMatchObject({
      code: 75,
      stderr: expect.stringMatching(AGAIN),
    });
    const charged = new Set<number>();
    await until(async () => charged.add((await hf.task('lives')).budget.spentMs).size > 3); // it has tried at each tick
    expect(hf.log().split('"event":"troubled"'), 'told once').toHaveLength(2);
    expect((await hf.cli('list')).stdout).toMatch(new RegExp(`dies .*cannot go on: ${WHY.source}`));
    expect(hf.log()).toMatch(new RegExp(`"event":"exhausted","msg":"${WHY.source}`));
    expect(await states()).toEqual(['dies backing-off 1', 'ends succeeded 1', 'lives running 1']);

    mayHave(daemon, 4096);
    await until(async () => (await hf.task('dies')).attempt === 2);
    expect((await hf.cli('start', 'demo', 'new', '--prompt', '@say hi', '--wait')).code).toBe(0);
    expect(isAlive(agent)).toBe(true);
    hf.touch('go');
    for (const name of ['lives', 'dies']) await hf.end(name);
    const over = ['dies succeeded 2', 'ends succeeded 1', 'lives succeeded 1', 'new succeeded 1'];
    expect(await states()).toEqual(over);
    expect(await hf.daemonPid()).toBe(daemon);
    await until(async () => (await problems()).length === 0);
    await until(async () => (await untold()).length === 0); // what nobody could be told then
  });

  test('a text that was pasted and not submitted is told of as that: asked again, it would be pasted twice', async () => {
    const bin = mkdtempSync('/tmp/hf-bin-');
    onTestFinished(() => rmSync(bin, { recursive: true }));
    chmodSync(bin, 0o755);
    const tmux = execFileSync('which', ['tmux'], { encoding: 'utf8' }).trim();
    const limits = `case " $* " in *" paste-buffer "*) prlimit --pid "$PPID" --nproc=1: ;; esac`;
    writeFileSync(join(bin, 'tmux'), `#!/bin/sh\n${tmux} "$@"; status=$?\n${limits}\nexit $status\n`, { mode: 0o755 });
    const hf = holdfast({ user: NOBODY.uid, env: { PATH: `${bin}:${process.env.PATH}` } });
    await hf.start('reads', ['@touch ready', '@wait go']);
    await hf.sees('ready');
    expect(await hf.cli('send', 'reads', '--force', 'once and no more')).toEqual({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(
        /^holdfast: the text was pasted, but Enter was not pressed: look at the session demo-reads \([^\n]*EAGAIN[^\n]*\)\n$/,
      ),
    });
    mayHave(await hf.daemonPid(), 4096);
    hf.touch('go');
    await hf.end('reads');
    expect((await hf.cli('logs', 'reads', '--screen')).stdout.match(/once and no more/g)).toHaveLength(1);
  });
});
