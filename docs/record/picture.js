const FONT = { size: 14, advance: 8.43, line: 20 };
const MARGIN = 20;
const BAR = 36;
/** The last screen stands this long before it begins again. */
const HOLD_MS = 12_000;
const COLOURS = {
  1: '#ffffff',
  2: '#8b949e',
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  35: '#d2a8ff',
  36: '#79c0ff',
};

/**
 * A line of a run. Where `atMs` says when it came, the picture is a film.
 * @typedef {{ readonly text: string, readonly atMs?: number }} Line
 */

/**
 * What is drawn: what it shows, the command that was typed, and what it said.
 * @typedef {{ readonly title: string, readonly command: string, readonly lines: readonly Line[] }} Scene
 */

/**
 * Draws a terminal as SVG.
 * @param {Scene} scene
 */
export function picture({ title, command, lines }) {
  const drawn = lines.map(({ text }) => pieces(text));
  const width = Math.ceil(2 * MARGIN + Math.max(...drawn.map(({ columns }) => columns)) * FONT.advance);
  const height = BAR + lines.length * FONT.line + MARGIN;
  const rows = drawn.map(({ found }, n) => {
    const when = lines[n].atMs === undefined ? '' : ` style="animation-name:k${n}"`;
    return `<text y="${BAR + (n + 1) * FONT.line - 5}"${when}>${found.map(span).join('')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" xml:space="preserve">
<title>${escaped(title)}</title>
<style>
text{font:${FONT.size}px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#e6edf3;white-space:pre}
.bar{fill:#8b949e}
${film(lines)}</style>
<rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
<circle cx="22" cy="18" r="6" fill="#ff5f56"/><circle cx="42" cy="18" r="6" fill="#ffbd2e"/><circle cx="62" cy="18" r="6" fill="#27c93f"/>
<text class="bar" x="84" y="23">$ ${escaped(command)}</text>
${rows.join('\n')}
</svg>
`;
}

/** The lines appear one after the other; who wants no motion sees them all. @param {readonly Line[]} lines */
function film(lines) {
  const last = lines.at(-1)?.atMs;
  if (last === undefined) return '';
  const wholeMs = last + HOLD_MS;
  const frames = lines.map(
    ({ atMs = 0 }, n) => `@keyframes k${n}{0%{opacity:0}${((100 * atMs) / wholeMs).toFixed(2)}%{opacity:1}}`,
  );
  return `text{animation:${(wholeMs / 1000).toFixed(2)}s step-end infinite}
.bar{animation:none}
@media(prefers-reduced-motion:reduce){text{animation:none!important}}
${frames.join('\n')}
`;
}

/**
 * Cuts a line at its escape codes and wherever a font may have no letter of its own, so that each piece can be put
 * in its column.
 * @param {string} text
 */
function pieces(text) {
  const found = [];
  let colour = '';
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape codes are what is looked for
  for (const [piece, code] of text.matchAll(/\u001b\[(\d+)m|[ -~]+|[^ -~\u001b]+/g)) {
    if (code !== undefined) {
      colour = COLOURS[code] ?? '';
      continue;
    }
    if (piece.trim() !== '') found.push({ text: piece, column, colour });
    column += [...piece].length;
  }
  return { found, columns: column };
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const rounded = (value) => Number(value.toFixed(1));

/** @param {{ readonly text: string, readonly column: number, readonly colour: string }} piece */
function span({ text, column, colour }) {
  const indent = text.length - text.trimStart().length;
  const x = rounded(MARGIN + (column + indent) * FONT.advance);
  return `<tspan x="${x}"${colour ? ` fill="${colour}"` : ''}>${escaped(text.trim())}</tspan>`;
}
