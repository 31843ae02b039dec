import type { AgentEvent } from './event.ts';

/** A command that looked like a test. */
export interface Check {
  readonly what: string;
  readonly ok: boolean;
  readonly exitCode?: number;
  /** Its agent does not tell how a command ended. */
  readonly untold?: true;
}

/** Tools that run a command, whatever their agents call them. */
export const COMMAND_TOOL = /bash|shell|command|exec|terminal/i;

const TEST = /\b(tests?|unittest|pytest|tox|jest|vitest|mocha|rspec|ctest|phpunit|check)\b/;

/** Words with which agents look at files, move them, and keep them: `sed -n 1,80p test/cart.test.js` tests nothing. */
const HANDLING =
  /^(?:cat|head|tail|less|nl|wc|stat|file|ls|tree|find|fd|grep|rg|ag|sed|awk|sort|diff|jq|echo|printf|cd|pwd|which|mkdir|rmdir|touch|cp|mv|rm|ln|chmod|tee|git|gh|test|\[)$/;

/** What a shell runs one after the other, by signs that are not quoted. */
const PARTS = /(?:"[^"]*"|'[^']*'|[^"'&|;\n])+/g;

/** A command in a shell of its own, as codex tells of those that hold quotes. */
const SHELL = /^\S*sh -l?c (["'])([\s\S]*)\1$/;

/** Does a command run tests? By its words; those that only handle files of tests do not count. */
const looksLikeTest = (command: string): boolean =>
  ((SHELL.exec(command)?.[2] ?? command).match(PARTS) ?? []).some((part) => {
    const [word = ''] = part.trim().split(/\s/, 1);
    return !HANDLING.test(word) && TEST.test(part);
  });

/** What a tool call that has ended adds to the checks: itself, where it ran a command that looks like a test. */
export function checkIn({
  tool,
  what,
  ok,
  exitCode,
  untold,
}: Extract<AgentEvent, { type: 'tool-ended' }>): readonly Check[] {
  if (!COMMAND_TOOL.test(tool) || !looksLikeTest(what)) return [];
  return [{ what, ok, ...(exitCode === undefined ? {} : { exitCode }), ...(untold ? { untold } : {}) }];
}
