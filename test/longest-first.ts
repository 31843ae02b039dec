import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** In their order. Without it the size of a file decides where nothing is known of earlier runs, as in CI: then the last one keeps a core waiting. */
const LONGEST = [
  'e2e/failpoints',
  'e2e/model',
  'e2e/full-disk',
  'e2e/lock',
  'e2e/notices',
  'real-agents/faults',
  'real-agents/tui',
  'real-agents/answers',
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return rank < 0 ? LONGEST.length : rank;
};

/** Begins with the test files that take longest, so that others fill the time beside them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
