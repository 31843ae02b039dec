import { examineSkill, installSkill } from '../../install/skill.ts';
import { type Check, type Finding, ok } from '../check.ts';

/** Do the agents on this machine know how to hand tasks over? It is for them to read, not for us to work. */
export const skill: Check = async ({ env, path }) => {
  // who hands tasks over runs in the shell; the agents that take them are on the daemon's PATH
  const search = { ...env, PATH: [env.PATH, path.value].filter(Boolean).join(':') };
  const places = await examineSkill({ env: search, agents: [] });
  return places.map(({ state, directory, readers }): Finding => {
    const who = readers.join(', ');
    const remedy = `holdfast skill install --agent ${readers[0]}`; // they share the folder
    switch (state) {
      case 'current':
        return ok(`${who} can hand tasks over: ${directory}`);
      case 'absent':
        return { level: 'note', found: `${who} cannot hand tasks over: there is no skill in ${directory}`, remedy };
      case 'outdated':
        return { level: 'warning', found: `the skill in ${directory} is of another version`, remedy, fix };
      case 'foreign':
        return { level: 'note', found: `the skill in ${directory} was edited`, remedy: `${remedy} --force` };
      default:
        return state satisfies never;
    }

    async function fix(): Promise<string> {
      await installSkill({ env: search, agents: [...readers], force: false, dryRun: false });
      return `renewed ${directory}`;
    }
  });
};
