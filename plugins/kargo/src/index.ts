/**
 * Pipelines, Freight and approvals of Kargo on catalog entities.
 *
 * @packageDocumentation
 */
export { kargoPlugin as default } from './plugin';
export { kargoApiRef } from './kargoApiRef';
export { kargoTranslationRef } from './translation';
export {
  isKargoAvailable,
  KARGO_PROJECT_ANNOTATION,
} from 'backstage-plugin-kargo-common';
