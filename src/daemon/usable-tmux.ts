import { Refusal } from '../protocol/errors.ts';
import { EXIT } from '../protocol/exit-codes.ts';
import { type Tmux, TmuxError } from '../system/tmux.ts';

const OLDEST_TMUX = [3, 2] as const;

/** The version of tmux, where it is there and new enough. */
export async function usableTmux(tmux: Tmux): Promise<string> {
  const version = await tmux.version().catch((cause: unknown) => {
    if (!(cause instanceof TmuxError) || cause.kind !== 'missing') throw cause;
    throw new Refusal(
      EXIT.noTmux,
      'tmux is not installed (or not on the PATH): install it, for example with apt-get install tmux or brew install tmux',
      { cause },
    );
  });
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  const old = major < OLDEST_TMUX[0] || (major === OLDEST_TMUX[0] && minor < OLDEST_TMUX[1]);
  if (!old || version.startsWith('master')) return version;
  throw new Refusal(EXIT.noTmux, `tmux ${version} is too old: holdfast needs ${OLDEST_TMUX.join('.')} or newer`);
}
