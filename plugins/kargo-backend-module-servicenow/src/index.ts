/**
 * Promotion steps that work with records of ServiceNow.
 *
 * @packageDocumentation
 */
export { kargoModuleServicenow as default } from './module';
