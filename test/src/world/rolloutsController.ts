import { NAMESPACES } from './kubernetesNamespace';
import type {
  CustomObject,
  KubernetesServer,
  ServedKind,
} from './kubernetesServer';

/** The kinds that having Argo Rollouts run AnalysisRuns takes. */
export const ROLLOUTS_KINDS: [ServedKind, ...ServedKind[]] = [
  {
    group: 'argoproj.io',
    version: 'v1alpha1',
    plural: 'analysisruns',
    kind: 'AnalysisRun',
  },
  { version: 'v1', plural: 'secrets', kind: 'Secret' },
  NAMESPACES,
];

/** Plays the controller of Argo Rollouts on an API server: each move is made by the test. */
export class RolloutsController {
  constructor(private readonly server: KubernetesServer) {}

  /** The AnalysisRuns that there are, the newest last. */
  get runs(): CustomObject[] {
    return this.server.all('AnalysisRun');
  }

  /** Says what a run has come to, the newest unless told. */
  report(status: Record<string, unknown>, run = this.runs.at(-1)!): void {
    this.server.put({ ...run, status });
  }
}
