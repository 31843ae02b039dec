import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectOnce } from './nothing-doubled.ts';
import { holdfast } from './rig.ts';

/*
 * The runner is killed before each of its commands in turn, and in the middle of each record. Its script is made so that
 * a task whose name is that of a point dies there, once.
 */
/** A point: transparent to `$?`, and deadly where a file of this name lies in the directory of the armed ones. */
const POINT = `
task=$1
[ "$1" != --agent ] || task=$2
task=\${task##*/}
at() {
  before=$?
  if [ "\${task%-*}" = "$1" ] && rm "ARMED/$1" 2>/dev/null; then
    case $1 in above-*) kill -9 "$PPID" ;; *) kill -9 "$$" ;; esac
  fi
  return $before
}`;

/** The runner with points, and their names: the process that gets there dies, or the runner above it. */
function withPoints(runner: string): { readonly text: string; readonly points: readonly string[] } {
  const points: string[] = [];
  const lines = runner.split('\n');
  const begin = lines.findIndex((line) => line.startsWith('if [ "$1" = --agent ]'));
  let branch = 'runner';
  const marked = lines.map((line, index) => {
    if (line.startsWith('record()')) {
      for (const file of ['agent', 'runner']) points.push(`record-${file}`);
      return line.replace('&& mv', '&& { at "record-$(basename "$1" .json)"; mv').replace('; }', '; }; }');
    }
    if (index < begin || /^\s*(#|$|else|fi|\})/.test(line)) return line;
    if (branch === 'child' && !line.startsWith(' ')) branch = 'runner';
    const names = branch === 'child' ? [`child-${index}`, `above-${index}`] : [`runner-${index}`];
    points.push(...names);
    if (index === begin) branch = 'child';
    return `${names.map((name) => `at ${name}`).join('; ')}\n${line}`;
  });
  return { text: [...marked.slice(0, 1), POINT, ...marked.slice(1)].join('\n'), points };
}

const script = readFileSync(new URL('../../src/runner/runner.sh', import.meta.url), 'utf8');
const { text, points } = withPoints(script);

/** One step that must not be done twice, in a file of its own. */
const steps = (point: string): readonly string[] => [`@run echo one >> ${point}.log`, '@say over'];

describe('a runner that is killed', () => {
  const hf = holdfast({ settings: { tickSeconds: 1, resume: { baseMinutes: 0, jitter: 0 } }, ends: afterAll });

  beforeAll(async () => {
    expect(await hf.cli('daemon', 'start')).toMatchObject({ code: 0 });
    const directory = join(hf.state, 'runner');
    mkdirSync(hf.inside('armed'));
    for (const point of points) writeFileSync(hf.inside('armed', point), '');
    for (const name of readdirSync(directory)) {
      rmSync(join(directory, name));
      writeFileSync(join(directory, name), text.replaceAll('ARMED', hf.inside('armed')), { mode: 0o700 });
    }
    for (const point of points) await hf.start(point, steps(point)); // all at once: some deaths take 20 s to be proved
  });

  test('has a point at every command', () => {
    expect(points.length).toBeGreaterThan(25);
    expect(new Set(points).size).toBe(points.length);
  });

  test.each(points)('at %s costs nothing: the task succeeds, once', async (point) => {
    const task = await hf.end(point);
    expect(existsSync(hf.inside('armed', point)), 'it died there').toBe(false);
    await expectOnce(hf, task, steps(point).length);
    expect(hf.text(`${point}.log`)).toBe('one\n');
  });
});
