/**
 * The `kargo` command line for Kargo for Backstage.
 *
 * @packageDocumentation
 */
export { main } from './main';
