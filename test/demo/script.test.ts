import { describe, expect, test } from 'vitest';
import { type Action, parseScript } from '../../src/demo/script.ts';

describe('a script', () => {
  test.each<[string, Action]>([
    ['@say Hello  there ', { do: 'say', text: 'Hello  there' }],
    ['@say', { do: 'say', text: '' }],
    ['@ask Which one?', { do: 'ask', text: 'Which one?' }],
    ['@listen', { do: 'listen' }],
    ['@request rm x', { do: 'request', command: 'rm x' }],
    ['@retry Reconnecting... 1/5', { do: 'retry', text: 'Reconnecting... 1/5' }],
    ['@print-raw npm WARN', { do: 'print-raw', text: 'npm WARN' }],
    ['@run echo "a b" > c', { do: 'run', command: 'echo "a b" > c' }],
    ['@fork sleep 60', { do: 'fork', command: 'sleep 60' }],
    ['@sleep 400', { do: 'sleep', ms: 400 }],
    ['@wait go now', { do: 'wait', file: 'go now' }],
    ['@touch there', { do: 'touch', file: 'there' }],
    ['@write a.txt one two', { do: 'write', file: 'a.txt', text: 'one two' }],
    ['@exit 7', { do: 'exit', code: 7 }],
    ['@exit0-early', { do: 'exit', code: 0 }],
    ['@die SIGKILL', { do: 'die', signal: 'SIGKILL' }],
    ['@fail auth', { do: 'fail', kind: 'auth' }],
    ['@fail usage-limit 30', { do: 'fail', kind: 'usage-limit', resetInSeconds: 30 }],
    ['@spew 0.5', { do: 'spew', megabytes: 0.5 }],
    ['@marker', { do: 'marker' }],
    ['@hang', { do: 'hang' }],
    ['@block', { do: 'block' }],
    ['@ignore-term', { do: 'ignore-term' }],
    ['@final-then-hang', { do: 'final-then-hang' }],
    ['@slep 400', { do: 'nonsense', line: '@slep 400' }],
    ['@sleep long', { do: 'nonsense', line: '@sleep long' }],
    ['@die KILL', { do: 'nonsense', line: '@die KILL' }],
    ['@run', { do: 'nonsense', line: '@run' }],
    ['@hang 5', { do: 'nonsense', line: '@hang 5' }],
    ['@', { do: 'nonsense', line: '@' }],
  ])('%s', (line, action) => {
    expect(parseScript(line)).toEqual([{ once: false, action }]);
    expect(parseScript(`@once ${line}`)).toEqual([{ once: true, action }]);
  });

  test('is what begins with @ in a prompt, in order, whatever the line ends are', () => {
    const prompt = 'Do this:\r\n@say one\r\nand then\r\n @say not me\r\n@say two\r\n';
    expect(parseScript(prompt).map(({ action }) => action)).toEqual([
      { do: 'say', text: 'one' },
      { do: 'say', text: 'two' },
    ]);
  });

  test('that says once without saying what is nonsense', () => {
    expect(parseScript('@once say hello')).toEqual([
      { once: false, action: { do: 'nonsense', line: '@once say hello' } },
    ]);
  });

  test('is a believable piece of work where the prompt has no directive', () => {
    const actions = parseScript('Please fix the bug.').map(({ action }) => action.do);
    expect(actions.filter((action) => action !== 'sleep')).toEqual(['say', 'run', 'say', 'write', 'run', 'say']);
    expect(actions).not.toContain('nonsense');
  });
});
