import { textOf } from '../domain/notifier.ts';
import { runProgram } from '../system/program.ts';
import { which } from '../system/which.ts';
import { cut, defineNotifier } from './definition.ts';

const TIMEOUT_MS = 10_000;
const LIMIT = 500;

/** The words come as arguments, never inside of the script: a quote in them ends nothing. */
const OSASCRIPT = [
  ...['-e', 'on run argv'],
  ...['-e', 'display notification (item 1 of argv) with title (item 2 of argv)'],
  ...['-e', 'end run', '--'],
];

const argvFor = (body: string, title: string): readonly [string, ...string[]] =>
  process.platform === 'darwin'
    ? ['osascript', ...OSASCRIPT, body, title]
    : ['notify-send', '-a', 'holdfast', '--', title, escaped(body)];

/** Desktops on Linux read a little markup in the body. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The notification of the desktop: notify-send, which needs the session bus of the user, or osascript. */
export const desktop = defineNotifier({
  type: 'desktop',
  shape: {},
  make: (_, { env }) => ({
    async check() {
      const [file] = argvFor('', '');
      return (await which(file, env.PATH ?? '')) === undefined ? `${file} is not on the PATH of the daemon` : undefined;
    },
    async send(letter) {
      const argv = argvFor(cut(textOf(letter), LIMIT), `holdfast: ${letter.notice.task.name}`);
      const { status, why } = await runProgram({ argv, env, timeoutMs: TIMEOUT_MS });
      return status === 0 ? { result: 'sent' } : { result: 'later', why: `${argv[0]} ${why}` };
    },
  }),
});
