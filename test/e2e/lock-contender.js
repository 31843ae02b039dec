// A process that wants to be the only daemon of argv[2]: it says "up", waits for a word, tries, and says how it went.
// Told the number that it holds, it releases that. With BESIDE_A_HOLDER it holds the lock itself, and starts the one that tries.
import { fork } from 'node:child_process';
import { acquireLock, releaseLock } from '../../dist/daemon/lock.js';

const [, file, directory] = process.argv;
const { BESIDE_A_HOLDER: holds, ...env } = process.env;
process.on('disconnect', () => process.exit());
if (holds) {
  await acquireLock(directory);
  const other = fork(file, [directory], { env });
  other.on('message', (answer) => process.send(answer));
  process.on('message', (word) => other.send(word));
} else {
  process.on('message', (word) => {
    if (typeof word === 'number') return void releaseLock(directory, word).then(() => process.send('released'));
    acquireLock(directory).then(
      (generation) => process.send({ generation }),
      (error) => process.send({ refused: error.name, why: error.message }),
    );
  });
  process.send('up');
}
