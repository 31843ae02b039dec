import type { ServiceFacts } from '../../src/install/facts.ts';

/** What most machines are like. */
export const plainFacts: ServiceFacts = {
  node: '/bin/true',
  program: '/usr/lib/node_modules/holdfast/bin/holdfast.js',
  path: ['/usr/bin', '/home/ann/.local/bin', '/bin'],
  home: '/home/ann',
  stateDir: '/home/ann/.local/state/holdfast',
  environmentFile: '/home/ann/.config/holdfast/env',
  environment: { HOLDFAST_STATE_DIR: '/home/ann/.local/state/holdfast' },
};

/** Every character that one of the two formats could take for its own. */
export const oddFacts: ServiceFacts = {
  node: '/opt/no de/100% $x/node',
  program: '/home/a "b"/holdfast.js',
  path: ['/opt/no de/100% $x', '/usr/bin'],
  home: '/home/100% & <b>',
  stateDir: '/home/a--b/]]> "state"',
  environmentFile: '/home/100% & <b>/env',
  environment: { HOLDFAST_STATE_DIR: '/home/a--b/]]> "state"', TMUX_TMPDIR: '/back\\slash $HOME' },
};
