/**
 * A promotion step that works with issues of Jira.
 *
 * @packageDocumentation
 */
export { kargoModuleJira as default } from './module';
