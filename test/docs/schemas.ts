import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { logRow } from '../../src/protocol/log-row.ts';
import { eventRow, noticeDocument, noticeRow } from '../../src/protocol/notices.ts';
import { taskDetail, taskRow } from '../../src/protocol/task-rows.ts';

const PAGE = new URL('../../docs/json.md', import.meta.url);
const BLOCK = /<!-- schema: (\w+) -->\n```json\n([\s\S]*?)```/g;
const versioned = { schema: z.literal(1) };

/** What `docs/json.md` documents, by the name that stands above each block. */
const documented: Readonly<Record<string, z.ZodType>> = {
  event: eventRow.extend(versioned),
  log: logRow.extend(versioned),
  notice: noticeDocument,
  notices: z.object({ ...versioned, notices: z.array(noticeRow) }),
  task: taskRow,
  detail: taskDetail,
};

/** The blocks of the page, as they stand there and as they are to be. */
export function blocks(): readonly { readonly name: string; readonly stands: string; readonly due: string }[] {
  return [...readFileSync(PAGE, 'utf8').matchAll(BLOCK)].map(([, name = '', stands = '']) => ({
    name,
    stands,
    due: textOf(name),
  }));
}

/** Writes them anew: `HOLDFAST_WRITE_DOCS=1 npx vitest run test/docs`. */
export function rewrite(): void {
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    page.replace(BLOCK, (_, name: string) => `<!-- schema: ${name} -->\n\`\`\`json\n${textOf(name)}\`\`\``),
  );
}

/** A parser made from nothing but what the page says. */
export function parserFor(name: string): z.ZodType {
  const block = blocks().find((each) => each.name === name);
  if (!block) throw new Error(`docs/json.md has no schema ${name}`);
  return z.fromJSONSchema(JSON.parse(block.stands) as Parameters<typeof z.fromJSONSchema>[0]); // the page is ours
}

/** Every schema that has to stand on the page. */
export const names: readonly string[] = Object.keys(documented);

function textOf(name: string): string {
  const schema = documented[name];
  if (!schema) throw new Error(`nobody knows the schema ${name}`);
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`;
}
