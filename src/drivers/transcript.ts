import { existsSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import type { Transcript } from '../domain/agent.ts';
import { hasCode } from '../system/files.ts';
import { type AgentCommand, ask } from './inquiry.ts';

/** Was the conversation persisted where the agent keeps it? `agent` is its command, for those that must be asked. */
export async function isPersisted(transcript: Transcript, agent: AgentCommand): Promise<boolean> {
  switch (transcript.kind) {
    case 'files': {
      const { holds } = transcript;
      for (const pattern of transcript.paths) {
        for (const path of await matching(pattern))
          if (holds === undefined || (await contains(path, holds))) return true;
      }
      return false;
    }
    case 'command':
      return (await ask(agent, transcript.args)).includes(transcript.holds);
    default:
      return transcript satisfies never;
  }
}

/** The files that a pattern names, in which `*` stands for any part of one name. */
async function matching(pattern: string): Promise<readonly string[]> {
  const parts = pattern.split('/');
  const star = parts.findIndex((part) => part.includes('*'));
  if (star === -1) return existsSync(pattern) ? [pattern] : [];
  const wanted = new RegExp(`^${(parts[star] ?? '').split('*').map(escaped).join('.*')}$`);
  const parent = parts.slice(0, star).join('/') || '/';
  const found: string[] = [];
  for (const name of await namesIn(parent)) {
    if (wanted.test(name)) found.push(...(await matching([parent, name, ...parts.slice(star + 1)].join('/'))));
  }
  return found;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

async function contains(path: string, texts: readonly string[]): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const needles = texts.map((text) => Buffer.from(text));
      const longest = Math.max(...needles.map(({ length }) => length));
      let kept = Buffer.alloc(0);
      for await (const chunk of file.createReadStream({ autoClose: false })) {
        const window = Buffer.concat([kept, chunk as Buffer]); // no encoding was set, so chunks are buffers
        if (needles.some((needle) => window.includes(needle))) return true;
        kept = window.subarray(Math.max(0, window.length - longest));
      }
      return false;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
