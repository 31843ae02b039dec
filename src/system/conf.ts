/** The package `conf`. The build puts it and whatever it needs into this file, so that nobody installs its 20 packages. */
export { default as Conf } from 'conf';
