/**
 * A promotion step that changes values in HCL files.
 *
 * @packageDocumentation
 */
export { kargoModuleHcl as default } from './module';
