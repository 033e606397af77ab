/**
 * Lets the search of the portal find projects, Stages, Warehouses and Freight of Kargo.
 *
 * @packageDocumentation
 */
export { searchModuleKargoCollator as default } from './module';
