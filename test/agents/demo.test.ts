import { describe, expect, test } from 'vitest';
import { demo } from '../../src/agents/demo.ts';
import type { AgentEvent } from '../../src/domain/event.ts';

const order = { cwd: '/w', taskDir: '/t', permissions: 'workspace', chosenId: 'c-1' } as const;

describe('the demo agent', () => {
  test('is started in a conversation of our choice and resumed in it', () => {
    expect(demo.chooses(order)).toBe('c-1');
    expect(demo.print.start(order).args).toEqual([
      ...['run', '--json', '--permissions', 'workspace', '--conversation', 'c-1'],
    ]);
    expect(demo.print.resume({ ...order, conversation: 'c-1', model: 'kelp' }).args).toEqual([
      ...['resume', 'c-1', '--json', '--permissions', 'workspace', '--model', 'kelp'],
    ]);
  });

  test.each([
    ['in the data directory', { HOME: '/h', XDG_DATA_HOME: '/d' }, '/d/holdfast-demo/conversations/c-1.jsonl'],
    ['below the home directory', { HOME: '/h' }, '/h/.local/share/holdfast-demo/conversations/c-1.jsonl'],
    [
      '… also where XDG_DATA_HOME is empty',
      { HOME: '/h', XDG_DATA_HOME: '' },
      '/h/.local/share/holdfast-demo/conversations/c-1.jsonl',
    ],
  ])('keeps its transcript %s', (_, env, path) => {
    expect(demo.transcript({ cwd: '/w', taskDir: '/t', conversation: 'c-1', env })).toEqual({
      kind: 'files',
      paths: [path],
    });
  });

  test.each<[object, AgentEvent[]]>([
    [{ type: 'init', conversation: 'c' }, [{ type: 'conversation', id: 'c' }, { type: 'turn-started' }]],
    [{ type: 'message', text: 'hi' }, [{ type: 'message', text: 'hi' }]],
    [
      { type: 'command-started', id: '1.1', command: 'ls' },
      [{ type: 'tool-started', call: '1.1', tool: 'command', what: 'ls' }],
    ],
    [
      { type: 'command-ended', id: '1.1', command: 'ls', exitCode: 2, output: 'no' },
      [{ type: 'tool-ended', call: '1.1', tool: 'command', what: 'ls', ok: false, exitCode: 2, output: 'no' }],
    ],
    [{ type: 'edit', id: '1.2', path: 'a' }, [{ type: 'tool-ended', call: '1.2', tool: 'edit', what: 'a', ok: true }]],
    [{ type: 'denied', tool: 'command', what: 'ls' }, [{ type: 'tool-denied', tool: 'command', what: 'ls' }]],
    [{ type: 'usage', input: 3, output: 4 }, [{ type: 'usage', counts: 'step', input: 3, output: 4 }]],
    [{ type: 'retry', message: 'again' }, [{ type: 'retrying', message: 'again' }]],
    [{ type: 'result', ok: true, summary: 'Done.' }, [{ type: 'turn-ended', text: 'Done.' }]],
    [
      { type: 'result', ok: false, error: { message: 'usage-limit: enough', resetAt: 5 } },
      [{ type: 'turn-failed', failure: { kind: 'usage-limit', message: 'usage-limit: enough', resetAt: 5 } }],
    ],
    [
      { type: 'result', ok: false, error: { message: 'what?' } },
      [{ type: 'turn-failed', failure: { kind: 'unknown', message: 'what?' } }],
    ],
    [{ type: 'something-new' }, []],
  ])('says by %j', (line, events) => {
    expect(demo.print.read(line)).toEqual(events);
  });

  test.each([null, 1, 'text', [], {}, { type: 'result', error: null }, { type: 'command-ended' }])(
    'reads %j without throwing',
    (line) => {
      expect(() => demo.print.read(line)).not.toThrow();
    },
  );

  test.each([
    ['demo: no conversation 01a1', 'conversation-not-found'],
    ['demo: conversation 01a1 has an active writer', 'conversation-busy'],
    ["demo: Unknown option '--frobnicate'", 'bad-flag'],
    ['auth: the script asked for this failure', 'auth'],
  ])('fails in known words: %s', (words, kind) => {
    expect(demo.failures.find(({ match }) => match.test(words))?.kind).toBe(kind);
  });
});
