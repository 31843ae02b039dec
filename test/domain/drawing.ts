/**
 * The arrows of the mermaid drawing in a page, one for each happening: `from --> to: happening`. An arrow from a composite
 * state leaves every state in it; one into a choice goes on to each of its ends under the same name.
 */
export function drawnArrows(page: string): ReadonlySet<string> {
  const lines = linesOf(page);
  const members = membersOf(lines);
  const choices = new Set(lines.flatMap((line) => /^state (\w+) <<choice>>$/.exec(line)?.[1] ?? []));
  const drawn = lines.flatMap(arrowsIn);
  const arrows = new Set<string>();
  for (const { from, to, label } of drawn) {
    if (choices.has(from)) continue;
    const ends = choices.has(to) ? drawn.filter((arrow) => arrow.from === to).map((arrow) => arrow.to) : [to];
    for (const source of members.get(from) ?? [from])
      for (const end of ends) arrows.add(`${name(source)} --> ${name(end)}: ${label}`);
  }
  return arrows;
}

function linesOf(page: string): readonly string[] {
  const block = /```mermaid\nstateDiagram-v2\n(.*?)```/s.exec(page)?.[1];
  if (block === undefined) throw new Error('the page has no stateDiagram-v2');
  return block
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** One for each name in the label; an arrow out of a choice has none. */
function arrowsIn(line: string): { readonly from: string; readonly to: string; readonly label: string }[] {
  const [, from, to, label = ''] = /^(\w+) --> (\w+)(?:: (.+))?$/.exec(line) ?? [];
  if (from === undefined || to === undefined) return [];
  return label.split(', ').map((each) => ({ from, to, label: each }));
}

/** The states that arrows inside of a composite state name. */
function membersOf(lines: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const members = new Map<string, Set<string>>();
  let inside: Set<string> | undefined;
  for (const line of lines) {
    const opened = /^state (\w+) \{$/.exec(line)?.[1];
    if (opened !== undefined) {
      inside = new Set();
      members.set(opened, inside);
    } else if (line === '}') inside = undefined;
    else for (const { from, to } of arrowsIn(line)) inside?.add(from).add(to);
  }
  return members;
}

/** Mermaid takes no hyphen in a name. */
const name = (id: string): string => id.replaceAll('_', '-');
