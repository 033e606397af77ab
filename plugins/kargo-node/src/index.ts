/**
 * Contracts and extension points for extending the Kargo backend plugin.
 *
 * @packageDocumentation
 */
export * from './SecretText';
export * from './assertStepDeclared';
export * from './connectKargo';
export * from './contracts/argocd';
export * from './contracts/credential';
export * from './contracts/files';
export * from './contracts/git';
export * from './contracts/healthChecker';
export * from './contracts/http';
export * from './contracts/metricProvider';
export * from './contracts/oci';
export * from './contracts/programs';
export * from './contracts/pullRequests';
export * from './contracts/receiver';
export * from './contracts/secrets';
export * from './contracts/step';
export * from './contracts/subscription';
export * from './errors';
export * from './extensionPoints';
export * from './permissions';
export * from './readStepOutcome';
export * from './redact';
export * from './repositoryAddress';
export * from './rest/RestApi';
export * from './rest/parseRetryAfter';
export * from './roles/KargoRolesPolicy';
export * from './roles/decideByRoles';
export * from './roles/identityClaims';
export * from './roles/kargoRolesPolicyModule';
export * from './roles/readRolesConfig';
export * from './stepExpression';
export * from './stepSecret';
export * from './toJson';
export * from './validateStepConfig';
