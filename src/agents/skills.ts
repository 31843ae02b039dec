/** Where the agents look for skills that follow the common layout, https://agentskills.io. */
export const sharedSkills = ({ HOME = '' }: Readonly<Record<string, string | undefined>>): string =>
  `${HOME}/.agents/skills`;
