// Draws docs/demo.svg from a real run of the demo: `npm run build && node docs/make-picture.js`.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const HOLDFAST = fileURLToPath(new URL('../bin/holdfast.js', import.meta.url));
const PICTURE = new URL('demo.svg', import.meta.url);

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
 * A line of the run and when it came.
 * @typedef {{ readonly text: string, readonly atMs: number }} Line
 */

/** @returns {Promise<Line[]>} */
function record() {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(process.execPath, [HOLDFAST, 'demo', '--color', 'always'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = [];
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const whole = (rest + text).split('\n');
      rest = whole.pop() ?? '';
      const atMs = performance.now() - begin;
      lines.push(...whole.map((line) => ({ text: line, atMs })));
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(lines) : reject(new Error(`the demo ended with ${code}`))));
  });
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

/** @param {readonly Line[]} lines */
function picture(lines) {
  const drawn = lines.map(({ text }) => pieces(text));
  const width = Math.ceil(2 * MARGIN + Math.max(...drawn.map(({ columns }) => columns)) * FONT.advance);
  const height = BAR + lines.length * FONT.line + MARGIN;
  const wholeMs = (lines.at(-1)?.atMs ?? 0) + HOLD_MS;
  const frames = lines.map(
    ({ atMs }, n) => `@keyframes k${n}{0%{opacity:0}${((100 * atMs) / wholeMs).toFixed(2)}%{opacity:1}}`,
  );
  const rows = drawn.map(({ found }, n) => {
    const y = BAR + (n + 1) * FONT.line - 5;
    return `<text y="${y}" style="animation-name:k${n}">${found.map(span).join('')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" xml:space="preserve">
<title>npm run demo: an agent is killed in the middle of a command, and its conversation goes on</title>
<style>
text{font:${FONT.size}px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#e6edf3;white-space:pre;animation:${(wholeMs / 1000).toFixed(2)}s step-end infinite}
.bar{fill:#8b949e;animation:none}
@media(prefers-reduced-motion:reduce){text{animation:none!important}}
${frames.join('\n')}
</style>
<rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
<circle cx="22" cy="18" r="6" fill="#ff5f56"/><circle cx="42" cy="18" r="6" fill="#ffbd2e"/><circle cx="62" cy="18" r="6" fill="#27c93f"/>
<text class="bar" x="84" y="23">$ npm run demo</text>
${rows.join('\n')}
</svg>
`;
}

writeFileSync(PICTURE, picture(await record()));
