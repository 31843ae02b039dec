/** What a service file is made from. Paths are absolute; nothing is left for a shell to find. */
export interface ServiceFacts {
  readonly node: string;
  /** `bin/holdfast.js` */
  readonly program: string;
  readonly path: readonly string[];
  readonly home: string;
  readonly stateDir: string;
  /** Where the operator may keep variables for the daemon, one `NAME=value` a line. */
  readonly environmentFile: string;
  /** What else decides where the daemon looks, as it was at the time of the installation. */
  readonly environment: Readonly<Record<string, string>>;
  readonly systemdVersion?: number;
}

/** The version of holdfast that wrote a service file stands nowhere in it: the same facts give the same bytes. */
export interface ServiceFile {
  readonly path: string;
  readonly text: string;
}
