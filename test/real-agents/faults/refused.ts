import { reply } from '../fake-model/script.ts';
import { killAtOnce } from '../stage.ts';
import { type Fault, failedBy, OUTPUT, PROMPT, step, toolRuns } from './fault.ts';

const SOON = { fastDeathSeconds: 0, baseMinutes: 0.001 };

/** What a CLI does that is not given what it knows: the words come from a wrapper. */
export const refusedFaults: readonly Fault[] = [
  {
    what: 'bad flag',
    steps: () => [],
    wrapper: 'exec "$REAL" "$@" --no-such-flag',
    expected: () => ({ ...failedBy('bad-flag'), told: [], requests: 0 }),
  },
  {
    what: 'resume refused',
    telling: 2,
    steps: () => [step, reply({ shell: 'sleep 300' })],
    settings: { resume: SOON },
    // in its words the conversation becomes another that nobody has
    wrapper: `last=
for word do
  shift
  case "$last $word" in
    'resume '* | *' --resume='*) word=$(printf %s "$word" | sed 's/[0-9a-f]\\{12\\}$/000000000000/') ;;
    *' --session='*) word=--session=ses_000000000000000000000000 ;;
  esac
  set -- "$@" "$word"
  last=$word
done
exec "$REAL" "$@"`,
    befalls: async (_, task) => {
      await toolRuns(task, 'sleep 300');
      killAtOnce(task);
      return undefined;
    },
    expected: (agent) =>
      agent === 'pi'
        ? { impossible: 'its conversation is a file of ours, and is looked for before it is resumed' }
        : {
            state: 'gave-up',
            lives: ['fresh', 'resume', 'resume', 'resume'],
            noticed: ['exited', /killed by signal 9/],
            kind: 'conversation-not-found',
            told: [PROMPT, OUTPUT],
            requests: 2,
          },
  },
];
