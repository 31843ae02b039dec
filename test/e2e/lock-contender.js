// A process that wants to be the only daemon of argv[2]: it says "up", waits for a word, tries, and says how it went.
// Told the number that it holds, it releases that.
import { acquireLock, releaseLock } from '../../dist/daemon/lock.js';

process.on('disconnect', () => process.exit());
process.on('message', (word) => {
  if (typeof word === 'number') return void releaseLock(process.argv[2], word).then(() => process.send('released'));
  acquireLock(process.argv[2]).then(
    (generation) => process.send({ generation }),
    (error) => process.send({ refused: error.name, why: error.message }),
  );
});
process.send('up');
