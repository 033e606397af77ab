/**
 * Promotion steps that work with issues and run workflows on GitHub.
 *
 * @packageDocumentation
 */
export { kargoModuleGithub as default } from './module';
