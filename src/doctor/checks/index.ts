import type { Check } from '../check.ts';
import { found } from './agents.ts';
import { clock } from './clock.ts';
import { daemon } from './daemon.ts';
import { disk } from './disk.ts';
import { node } from './node.ts';
import { notifiers } from './notifiers.ts';
import { privacy } from './privacy.ts';
import { programs } from './programs.ts';
import { quarantine } from './quarantine.ts';
import { service } from './service.ts';
import { settings } from './settings.ts';
import { skill } from './skill.ts';
import { tmux } from './tmux.ts';

/** Every check, in the order in which a person would ask: a new one is a file beside these and a word here. */
export const checks: Readonly<Record<string, Check>> = {
  node,
  tmux,
  settings,
  daemon,
  service,
  programs,
  agents: found,
  skill,
  notifiers,
  privacy,
  disk,
  clock,
  quarantine,
};
