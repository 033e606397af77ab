import { type Pipeline, type StagePlan, STAGES } from './operations';

export const PROJECT = 'demo';
export const IMAGE = 'ghcr.io/acme/web';

/** A pipeline as its people write it down: YAML of several documents. */
export function pipelineManifests(pipeline: Pipeline): string {
  const automated = STAGES.filter(name => pipeline[name].auto);
  return [
    `apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: ${PROJECT}}
`,
    `apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: ${PROJECT}, namespace: ${PROJECT}}
spec:
  promotionPolicies:
  - stageSelector: {name: "regex:^(${automated.join('|') || 'none'})$"}
    autoPromotionEnabled: true
`,
    `apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: ${PROJECT}}
spec:
  interval: 24h
  subscriptions: [{image: {repoURL: ${IMAGE}}}]
`,
    ...STAGES.flatMap(name => [
      stageManifest(name, pipeline[name]),
      ...(pipeline[name].verifies ? [templateManifest(name)] : []),
    ]),
  ].join('---\n');
}

function stageManifest(name: string, plan: StagePlan): string {
  const sources = {
    ...(plan.direct && { direct: true }),
    ...(plan.upstreams.length > 0 && {
      stages: plan.upstreams,
      availabilityStrategy: plan.all ? 'All' : 'OneOf',
    }),
    ...(plan.soakMinutes > 0 && { requiredSoakTime: `${plan.soakMinutes}m` }),
  };
  const verification = plan.verifies
    ? `  verification: {analysisTemplates: [{name: smoke-${name}}]}\n`
    : '';
  return `apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: ${name}, namespace: ${PROJECT}}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: web}
    sources: ${JSON.stringify(sources)}
  promotionTemplate: {spec: {steps: [{uses: deploy}]}}
${verification}`;
}

function templateManifest(stage: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: smoke-${stage}, namespace: ${PROJECT}}
spec:
  metrics:
  - {name: smoke-${stage}, provider: {scripted: {}}, successCondition: result < 5}
`;
}
