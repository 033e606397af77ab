/**
 * Pipelines, Freight and approvals of Kargo on catalog entities.
 *
 * @packageDocumentation
 */
export { kargoPlugin as default } from './plugin';
export { kargoApiRef } from './kargoApiRef';
export {
  KargoProjectPageBlueprint,
  KargoPromoteSectionBlueprint,
  KargoSettingsPageBlueprint,
  KargoStageSectionBlueprint,
  KargoStepViewBlueprint,
  type KargoAdditionParams,
  type KargoPageParams,
} from './additions/blueprints';
export {
  kargoAdditionsApiRef,
  type KargoAddition,
  type KargoAdditions,
  type KargoPageAddition,
  type KargoProjectPageProps,
  type KargoPromoteSectionProps,
  type KargoPromotionStep,
  type KargoStageSectionProps,
  type KargoStepViewAddition,
  type KargoStepViewProps,
} from './additions/KargoAdditions';
export { kargoTranslationRef } from './translation';
export {
  isKargoAvailable,
  KARGO_PROJECT_ANNOTATION,
} from 'backstage-plugin-kargo-common';
