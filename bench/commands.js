import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HOLDFAST = fileURLToPath(new URL('../bin/holdfast.js', import.meta.url));

/** What is called again and again, by persons, scripts and keys. @type {Readonly<Record<string, readonly string[]>>} */
const CALLS = {
  node: ['-e', '0'],
  list: [HOLDFAST, 'list'],
  show: [HOLDFAST, 'show', 'idle-1'],
  complete: [HOLDFAST, '__complete', 'show', 'idle'],
  help: [HOLDFAST, '--help'],
};

/**
 * How long some calls take beside a node that does nothing, taken in turns.
 * @param {import('./home.js').Home} home @param {number} times
 */
export async function callsBesideNode(home, times) {
  const walls = Object.fromEntries(Object.keys(CALLS).map((name) => [name, /** @type {number[]} */ ([])]));
  for (let n = 0; n < times; n++)
    for (const [name, words] of Object.entries(CALLS)) walls[name].push(await wallMs(home, words));
  return walls;
}

/** How long `holdfast start` takes while the daemon runs. @param {import('./home.js').Home} home @param {number} times */
export async function starts(home, times) {
  const walls = [];
  for (let n = 0; n < times; n++) {
    const words = [HOLDFAST, 'start', 'demo', `started-${n}`, '--prompt', '@say done'];
    walls.push(await wallMs(home, words));
  }
  return walls;
}

/** @param {Pick<import('./home.js').Home, 'env' | 'work'>} home @param {readonly string[]} words @returns {Promise<number>} */
function wallMs({ env, work }, words) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(process.execPath, words, { cwd: work, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(performance.now() - begin);
      else reject(new Error(`${words.join(' ')} ended with ${code}: ${said}`));
    });
  });
}
