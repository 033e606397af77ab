/** Services of a generated project; each has a Warehouse and a tenth of the Stages. */
const SERVICES = 10;
/** Stages of a service that get Freight at the same time. */
const REGIONS = 5;
/** Pieces of Freight of a service that nothing runs any more. */
const PAST = 98;

/** A project to look at: how many Stages it has, and where its pieces find each other. */
export interface BenchSubject {
  project: string;
  stages: number;
  /** Host of the registry, as manifests name it. */
  registry: string;
  /** What the steps of its Stages ask, without a trailing slash. */
  stepsURL: string;
}

/** A Stage of a generated project, and the service that it delivers. */
export interface BenchStage {
  name: string;
  service: string;
  /** The Stage that it gets Freight from; its Warehouse when absent. */
  upstream?: string;
}

/** How often a Promotion asks {@link BenchSubject.stepsURL}. */
export const STEPS = 3;

/** Names of the services of every generated project. */
export const services = Array.from(
  { length: SERVICES },
  (_, index) => `service${index}`,
);

/** Repository of the image of a service inside the registry. */
export function repositoryOf(service: string): string {
  return `bench/${service}`;
}

/** For each service one Stage for tests, then waves of regions, one wave after the other. */
export function stagesOf({ stages }: BenchSubject): BenchStage[] {
  return services.flatMap(service =>
    Array.from({ length: stages / SERVICES }, (_, index): BenchStage => {
      if (index === 0) {
        return { name: `${service}-test`, service };
      }
      const wave = Math.floor((index - 1) / REGIONS);
      const region = (index - 1) % REGIONS;
      const nameIn = (which: number) =>
        `${service}-wave${which}-region0${region}`;
      return {
        name: nameIn(wave),
        service,
        upstream: wave === 0 ? `${service}-test` : nameIn(wave - 1),
      };
    }),
  );
}

/** The project with its Warehouses and Stages. */
export function pipelineOf(subject: BenchSubject): string {
  return [
    `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: ${subject.project}}
`,
    ...services.map(service => aWarehouse(subject, service)),
    ...stagesOf(subject).map(stage => aStage(subject, stage)),
  ].join('---');
}

/** Past Freight of a service, and last the one that its Stages shall run. */
export function oldFreightOf(subject: BenchSubject, service: string): string {
  return Array.from({ length: PAST + 1 }, (_, minor) =>
    aFreight(subject, service, `1.${minor}.0`),
  ).join('---');
}

/** Freight newer than everything that {@link oldFreightOf} gives. */
export function newFreightOf(subject: BenchSubject, service: string): string {
  return aFreight(subject, service, '2.0.0');
}

function aWarehouse(
  { project, registry }: BenchSubject,
  service: string,
): string {
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: ${service}, namespace: ${project}}
spec:
  interval: 24h
  freightCreationPolicy: Manual
  subscriptions:
  - image:
      repoURL: ${registry}/${repositoryOf(service)}
      imageSelectionStrategy: SemVer
`;
}

function aStage(
  { project, stepsURL }: BenchSubject,
  { name, service, upstream }: BenchStage,
): string {
  const steps = Array.from(
    { length: STEPS },
    (_, index) => `
      - uses: http
        config: {url: "${stepsURL}/${index + 1}"}`,
  );
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: ${name}, namespace: ${project}}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: ${service}}
    sources: ${upstream ? `{stages: [${upstream}]}` : '{direct: true}'}
  promotionTemplate:
    spec:
      steps:${steps.join('')}
`;
}

function aFreight(
  { project, registry }: BenchSubject,
  service: string,
  tag: string,
): string {
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata: {namespace: ${project}}
origin: {kind: Warehouse, name: ${service}}
images:
- {repoURL: ${registry}/${repositoryOf(service)}, tag: ${tag}}
`;
}
