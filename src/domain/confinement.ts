/** What is said where programs are missing without which an agent goes on unconfined, and what to install. */
export function unconfined(
  agent: string,
  missing: readonly string[],
): { readonly found: string; readonly packages: string } {
  const [which, be] = [missing.join(' and '), missing.length > 1 ? 'are' : 'is'];
  return {
    found: `${agent} at "workspace" runs commands WITHOUT its sandbox: ${which} ${be} missing`,
    packages: missing.map((name) => (name === 'bwrap' ? 'bubblewrap' : name)).join(' '),
  };
}
