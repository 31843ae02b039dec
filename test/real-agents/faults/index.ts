import type { Fault } from './fault.ts';
import { itselfFaults } from './itself.ts';
import { killedFaults } from './killed.ts';
import { providerFaults } from './provider.ts';
import { refusedFaults } from './refused.ts';

/** Every row of the table. */
export const faults: readonly Fault[] = [...killedFaults, ...itselfFaults, ...providerFaults, ...refusedFaults];
