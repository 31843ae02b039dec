import { plainLine } from '../../domain/plain-text.ts';
import { EXIT } from '../../protocol/exit-codes.ts';
import { defineCommand } from '../command.ts';
import { scripts } from '../completion/scripts.ts';
import { usageError } from '../errors.ts';

/** `holdfast completion` */
export const completion = defineCommand({
  command: 'completion <shell>',
  describe: 'what a shell must read to complete commands, flags and the names of tasks',
  builder: (yargs) =>
    yargs
      .positional('shell', { type: 'string', demandOption: true, describe: Object.keys(scripts).join(', ') })
      .example('eval "$($0 completion bash)"', 'in ~/.bashrc')
      .example('$0 completion zsh > ~/.zfunc/_holdfast', 'with fpath+=~/.zfunc before compinit in ~/.zshrc')
      .example('$0 completion fish > ~/.config/fish/completions/holdfast.fish', ''),
  words: ([shell, ...more]) => (shell === undefined || more.length > 0 ? undefined : { shell }),
  async handler({ shell }: { readonly shell: string }, { output }) {
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
    if (script === undefined)
      throw usageError(
        `there is no completion for "${plainLine(shell)}": choose one of ${Object.keys(scripts).join(', ')}`,
      );
    output.print(script);
    return EXIT.ok;
  },
});
