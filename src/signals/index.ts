import type { Signal } from '../domain/signal.ts';
import { claimed } from './claimed.ts';
import { exited } from './exited.ts';
import { named } from './named.ts';
import { strayed } from './strayed.ts';
import { vanished } from './vanished.ts';

/** All signals in order of trust. Who it is comes before how it ended: an id is never lost to a quick death. */
export const signals: readonly Signal[] = [named, strayed, exited, vanished, claimed];
