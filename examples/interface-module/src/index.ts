/**
 * Additions of Acme's to the interface of Kargo for Backstage.
 *
 * @packageDocumentation
 */
export { acmeKargoModule as default } from './module';
