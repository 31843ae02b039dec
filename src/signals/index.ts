import type { Signal } from '../domain/signal.ts';
import { asking } from './asking.ts';
import { claimed } from './claimed.ts';
import { exited } from './exited.ts';
import { hung } from './hung.ts';
import { lingered } from './lingered.ts';
import { loggedOut } from './logged-out.ts';
import { named } from './named.ts';
import { shown } from './shown.ts';
import { silent } from './silent.ts';
import { stirred } from './stirred.ts';
import { strayed } from './strayed.ts';
import { vanished } from './vanished.ts';

/** All signals in order of trust. Who it is and that it lived come before how it ended: neither is lost to a quick death. */
export const signals: readonly Signal[] = [
  named,
  strayed,
  claimed,
  exited,
  vanished,
  lingered,
  asking,
  stirred,
  hung,
  silent,
  loggedOut,
  shown,
];
