import { describe, expect, test } from 'vitest';
import { type AnswerRules, autoAnswer, isPattern } from '../../src/domain/answers.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';

const rules: AnswerRules = {
  mode: 'accept-safe',
  allow: ['command(git status *)', 'command(npm test)', 'edit(src/*)', 'read', 'mcp__docs__*'],
  deny: ['command(*--force*)', 'edit(*/.env)', 'command(wget *)'],
};
const asks = (tool: string, what: string) => ({
  question: `May I use ${tool}?`,
  choices: ['yes', 'no'],
  approval: { tool, what, grant: 'yes', refuse: 'no' },
});
const granted = 'yes';
const refused = 'no';

describe('a permission that is asked for', () => {
  test.each([
    ['what is allowed word for word', asks('command', 'npm test'), granted],
    ['the same by the name that another agent has for its shell', asks('Bash', 'npm test'), granted],
    ['words more than the pattern has', asks('Bash', 'npm test -- --update'), undefined],
    ['what stands before the star', asks('bash', 'git status'), granted],
    ['and after it', asks('bash', 'git status --short -- "a b"'), granted],
    ['a longer first word', asks('bash', 'git statusx'), undefined],
    ['a tool that is allowed for everything', asks('Read', '/etc/hosts'), granted],
    ['a tool by a star in its name', asks('mcp__docs__search', '{}'), granted],
    ['a tool of a server that takes the name of a shell', asks('mcp__evil__bash', 'npm test'), undefined],
    ['an edit below a directory', asks('Write', 'src/main.ts'), granted],
    ['an edit that leads out of it again', asks('Write', 'src/../../etc/passwd'), undefined],
    ['the same by a command', asks('Bash', 'git status -- ../other'), undefined],
    ['two dots that are no step up', asks('Bash', 'git status a..b'), granted],
    ['an edit elsewhere', asks('Write', '/etc/passwd'), undefined],
    ['what is allowed and denied: denied', asks('Edit', 'src/.env'), refused],
    ['what is denied', asks('Bash', 'git push --force'), refused],
    ['what is denied in whatever surroundings', asks('Bash', 'cd x; (git push\n--force)'), refused],
    ['one of several files that is denied', asks('apply_patch', 'src/.env\nsrc/main.ts'), refused],
    ['a command on a line of its own that is denied', asks('Bash', 'cd x\nwget y\nls'), refused],
    ['several files of which each is allowed', asks('apply_patch', 'src/a.ts\nsrc/b.ts'), undefined],
    ['what nobody has a rule for', asks('Bash', 'curl example.org'), undefined],
  ])('%s', (_, question, answer) => {
    expect(autoAnswer(question, rules)?.text).toBe(answer);
  });

  test.each([
    'git status; rm -rf ~',
    'git status && rm -rf ~',
    'git status | sh',
    'git status\nrm -rf ~',
    'git status\rrm -rf ~',
    'git status $(rm -rf ~)',
    'git status `rm -rf ~`',
    'git status > ~/.bashrc',
    'git status < /dev/zero',
    'git status "$X"',
    'git status &',
    'git status \\\n; rm',
    'git status\u0000rm',
    ' rm -rf ~; git status',
  ])('%j hides behind no star that allows', (what) => {
    expect(autoAnswer(asks('Bash', what), rules)).toBeUndefined();
  });

  test('is told with the rule that answered', () => {
    expect(autoAnswer(asks('Bash', 'git status'), rules)).toEqual({ text: 'yes', by: 'allow command(git status *)' });
    expect(autoAnswer(asks('Bash', 'x --force'), rules)).toEqual({ text: 'no', by: 'deny command(*--force*)' });
  });

  test.each([
    ['ask', 'npm test', undefined],
    ['ask', 'git push --force', undefined],
    ['deny', 'npm test', refused],
  ] as const)('under "%s" %j is answered %s', (mode, what, answer) => {
    expect(autoAnswer(asks('Bash', what), { ...rules, mode })?.text).toBe(answer);
  });

  test('is a permission: a free question is for a person, whatever the rules', () => {
    const question = { question: 'Which database?', choices: ['mysql', 'postgres'] };
    for (const mode of ['ask', 'accept-safe', 'deny'] as const)
      expect(autoAnswer(question, { ...rules, mode })).toBeUndefined();
  });

  test.each([
    ['pwd', granted],
    ['ls -la /tmp', granted],
    ['ls; rm x', undefined],
    ['git status', undefined],
    ['npm test', undefined],
  ])('by default %j is answered %s', (what, answer) => {
    expect(autoAnswer(asks('Bash', what), { ...defaultPolicy.answers, mode: 'accept-safe' })?.text).toBe(answer);
  });
});

test.each([
  ['command(npm test *)', true],
  ['Bash', true],
  ['mcp__x__*(*)', true],
  ['command(echo (a))', true],
  ['command(npm test', false],
  ['', false],
  ['(npm test)', false],
  ['npm test', false],
])('%j is a pattern: %s', (text, is) => {
  expect(isPattern(text)).toBe(is);
});
