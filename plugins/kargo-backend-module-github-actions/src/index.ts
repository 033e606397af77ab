/**
 * Promotion steps that run workflows of GitHub Actions.
 *
 * @packageDocumentation
 */
export { kargoModuleGithubActions as default } from './module';
