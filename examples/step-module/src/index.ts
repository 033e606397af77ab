/**
 * A promotion step of Acme's, for Kargo for Backstage.
 *
 * @packageDocumentation
 */
export { kargoModuleAcme as default } from './module';
