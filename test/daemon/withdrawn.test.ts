import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStore } from '../../src/daemon/store.ts';
import { parseTaskName } from '../../src/domain/ids.ts';
import { defaultPolicy } from '../../src/domain/policy.ts';

const sick = vi.hoisted(() => ({ sync: false, rm: false }));
const full = () => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

vi.mock('../../src/system/files.ts', async (original) => {
  const files = await original<typeof import('../../src/system/files.ts')>();
  const syncDirectory = async (path: string) => {
    if (sick.sync && path.endsWith('/tasks')) throw full();
    await files.syncDirectory(path);
  };
  return { ...files, syncDirectory };
});
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const rm: typeof fs.rm = async (...args) => {
    if (sick.rm) throw full();
    await fs.rm(...args);
  };
  return { ...fs, rm };
});

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'hf-withdrawn-'));
});
afterEach(() => {
  Object.assign(sick, { sync: false, rm: false });
  rmSync(state, { recursive: true, force: true });
});

async function accept(): Promise<unknown> {
  const store = await openStore(state);
  const prompt = join(state, 'incoming', '1');
  writeFileSync(prompt, 'Mend it.');
  const draft = {
    schema: 1,
    name: parseTaskName('parser'),
    agent: 'demo',
    session: 'demo-parser',
    cwd: '/',
    createdAt: 1_800_000_000_000,
    labels: [],
    permissions: 'workspace',
    chosenId: '01a1fb4a-9c85-4483-b196-25e11e7ee3ad',
    prompt: { bytes: 8, sha256: '' },
    policy: defaultPolicy,
  } as const;
  sick.sync = true;
  return await store.accept(draft, { prompt, env: {} }, 1);
}

describe('a task whose acceptance failed at the very last', () => {
  test('is refused, and does not run when the daemon starts next', async () => {
    await expect(accept()).rejects.toThrow(/^ENOSPC/);
    expect(await (await openStore(state)).load()).toEqual({ tasks: [], quarantined: [] });
    expect(readdirSync(join(state, 'tasks'))).toEqual([]);
  });

  test('may run where it could not be taken back either, and that is said', async () => {
    sick.rm = true;
    await expect(accept()).rejects.toThrow(/^parser-\w+ may run when the daemon starts next/);
  });
});
