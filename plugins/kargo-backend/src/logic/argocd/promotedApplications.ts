import {
  HealthCheck,
  JsonValue,
  Promotion,
} from 'backstage-plugin-kargo-common';

/** An Application of Argo CD. */
export interface ApplicationName {
  name: string;
  namespace: string;
}

/** Steps whose outputs name the Applications that they worked on. */
const ARGOCD_STEPS = ['argocd-update', 'argocd-wait'];
/** Where Argo CD keeps them unless told. */
const DEFAULT_NAMESPACE = 'argocd';

/** The Applications that a Promotion's steps worked on, then those of its health checks. */
export function promotedApplications({
  spec,
  status,
}: Promotion): ApplicationName[] {
  const outputs = (spec.steps ?? [])
    .filter(({ uses }) => ARGOCD_STEPS.includes(uses ?? ''))
    .map(({ as: alias = '' }) => status?.state?.[alias]);
  const checks = (status?.healthChecks ?? []).map(
    ({ config }: HealthCheck) => config,
  );
  return distinct(
    [...outputs, ...checks].flatMap(told => readApplications(told)),
  );
}

/**
 * Those and the ones that it will work on, as far as its steps name them without
 * expressions; sorted.
 */
export function expectedApplications(promotion: Promotion): ApplicationName[] {
  const promoted = promotedApplications(promotion);
  const planned = (promotion.spec.steps ?? [])
    .filter(({ uses }) => uses === 'argocd-update')
    .flatMap(({ config }) => readApplications(config, DEFAULT_NAMESPACE))
    .filter(
      ({ name, namespace }) =>
        !/\$[{%]/.test(name + namespace) &&
        !promoted.some(known => known.name === name),
    );
  return distinct([...promoted, ...planned]).sort((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1,
  );
}

function distinct(applications: ApplicationName[]): ApplicationName[] {
  return [
    ...new Map(applications.map(app => [keyOf(app), app] as const)).values(),
  ];
}

function keyOf({ name, namespace }: ApplicationName): string {
  return `${namespace}/${name}`;
}

function readApplications(
  told: JsonValue | undefined,
  fallback?: string,
): ApplicationName[] {
  const { apps } = (told ?? {}) as { apps?: JsonValue };
  return (Array.isArray(apps) ? apps : []).flatMap(app => {
    const { name, namespace = fallback } = (app ?? {}) as Record<
      string,
      JsonValue
    >;
    return typeof name === 'string' && typeof namespace === 'string'
      ? [{ name, namespace }]
      : [];
  });
}
