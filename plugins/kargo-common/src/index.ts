/**
 * Resource types, rules, permissions and API client shared by the Kargo plugins.
 *
 * @packageDocumentation
 */
export * from './model/Analysis';
export * from './model/AnalysisJob';
export * from './model/Freight';
export * from './model/Project';
export * from './model/ProjectConfig';
export * from './model/Promotion';
export * from './model/PromotionTask';
export * from './model/Stage';
export * from './model/Warehouse';
export * from './model/conditions';
export * from './model/KargoRole';
export * from './model/core';
export * from './model/duration';
export * from './model/expressionVariable';
export * from './model/freightCollection';
export * from './model/json';
export * from './model/kindMap';
export * from './model/kinds';
export * from './model/labels';
export * from './model/manifests';
export * from './model/metadata';
export * from './model/promotionTemplate';
export * from './model/reasons';
export * from './model/references';
export * from './model/selectors';
export * from './api/answers';
export * from './api/operation';
export * from './api/operations';
export * from './api/requests';
export * from './api/watchedKinds';
export * from './client/KargoApi';
export * from './client/KargoClient';
export * from './client/KargoRequestError';
export * from './client/eventStream';
export * from './rules/commitURL';
export * from './rules/discoveredArtifacts';
export * from './rules/freightDifference';
export * from './rules/freightOrder';
export * from './rules/freightUses';
export * from './rules/availabilityReason';
export * from './rules/entityClaims';
export * from './rules/isFreightAvailable';
export * from './rules/pipelineScope';
export * from './rules/promotionOrder';
export * from './rules/roles/claims';
export * from './rules/roles/creatorClaim';
export * from './rules/roles/policyRules';
export * from './rules/roles/predefinedRoles';
export * from './rules/stageGraph';
export * from './rules/stageReasons';
export * from './rules/verificationTrust';
export * from './rules/versionOrder';
export * from './permissions';
