import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HOLDFAST = fileURLToPath(new URL('../bin/holdfast.js', import.meta.url));

/** How long `holdfast list` takes beside a node that does nothing, taken in turns. @param {import('./home.js').Home} home @param {number} times */
export async function listBesideNode(home, times) {
  const list = [];
  const node = [];
  for (let n = 0; n < times; n++) {
    node.push(await wallMs(home, ['-e', '0']));
    list.push(await wallMs(home, [HOLDFAST, 'list']));
  }
  return { list, node };
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

/** @param {import('./home.js').Home} home @param {readonly string[]} words @returns {Promise<number>} */
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
