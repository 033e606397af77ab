/**
 * The engine of Kargo for Backstage.
 *
 * @packageDocumentation
 */
export { kargoPlugin as default } from './plugin';
