import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The directory of the package that a module belongs to; nothing for one of ours. */
const packageOf = (module) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];

/** What this package says of its authors' rights. Whoever says nothing must not be copied: the build ends. */
function notice(directory) {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const files = readdirSync(directory).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  if (files.length === 0) throw new Error(`${name} has no licence file, so it cannot be bundled`);
  const texts = files.map((file) => readFileSync(join(directory, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
}

/** A plugin of rolldown: the licences of every package of which something is in a bundle, in one file. */
export function thirdParty(file) {
  const packages = new Set();
  return {
    name: 'third-party',
    writeBundle(_options, bundle) {
      for (const module of Object.values(bundle).flatMap((chunk) => Object.keys(chunk.modules ?? {}))) {
        const directory = packageOf(module);
        if (directory) packages.add(directory);
      }
      const notices = [...packages].sort().map(notice);
      writeFileSync(
        file,
        `${['Of these packages there is something in this one:', ...notices].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`,
      );
    },
  };
}
