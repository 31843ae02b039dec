/** The package `yargs`. The build puts it and whatever it needs into this file: to look for 17 modules takes longer than to read one. */
export { type Argv, default } from 'yargs';
