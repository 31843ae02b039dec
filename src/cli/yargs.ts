export { type Argv, default } from 'yargs';
