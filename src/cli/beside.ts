import { EXIT } from '../protocol/exit-codes.ts';
import type { Run } from './command.ts';
import { verbs } from './fast-path.ts';

/** What is no command: the question of a shell's completion, and the topics of the help. */
export async function beside([verb, ...words]: readonly string[]): Promise<Run | undefined> {
  if (verb === '__complete') {
    const { complete } = await import('./completion/complete.ts');
    return (context) => complete(words, context);
  }
  const [topic, ...more] = words;
  if (verb !== 'help' || topic === undefined || more.length > 0 || Object.hasOwn(verbs, topic)) return undefined;
  const { topicText } = await import('./topics/index.ts');
  const text = topicText(topic);
  if (text === undefined) return undefined;
  return async ({ output }) => {
    output.print(text);
    return EXIT.ok;
  };
}
