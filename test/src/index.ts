export { packageChart } from './world/chartArchive';
export type { ChartServer } from './world/chartServer';
export { startChartServer } from './world/chartServer';
export type { CommitFile } from './world/fastImport';
export type { Fault } from './world/faults';
export type { GitServer } from './world/gitServer';
export { startGitServer } from './world/gitServer';
export { createCertificate } from './world/internet';
export { APPLICATIONS, ArgoCdController } from './world/argoCdController';
export type {
  CustomObject,
  KubernetesServer,
  ServedKind,
} from './world/kubernetesServer';
export {
  JOB_KINDS,
  KubernetesJobController,
} from './world/kubernetesJobController';
export { addNamespace, NAMESPACES } from './world/kubernetesNamespace';
export { ApiServerClient } from './kubernetes/ApiServerClient';
export { startKubernetesServer } from './world/kubernetesServer';
export { ROLLOUTS_KINDS, RolloutsController } from './world/rolloutsController';
export type {
  LoopbackRequest,
  LoopbackServer,
  Reply,
} from './world/loopbackServer';
export { startLoopbackServer } from './world/loopbackServer';
export type { ImageDescription } from './world/ociArtifact';
export { buildImage } from './world/ociArtifact';
export { pushArtifact } from './world/ociPush';
export type { OciRegistry, OciRegistryOptions } from './world/ociRegistry';
export { startOciRegistry } from './world/ociRegistry';
export type { HelmMajor } from './world/tools';
export { unpackTools } from './world/tools';
export type { Portal } from './world/portal';
export { startPortal } from './world/portal';
export type { DockerRegistry } from './world/dockerRegistry';
export {
  findDockerRegistry,
  startDockerRegistry,
} from './world/dockerRegistry';
export { approveSignIn } from './world/approveSignIn';
export {
  CLI_ADMIN_PASSWORD,
  CLI_PORTAL_CONFIG,
} from './conformance/cli/cliPortal';
export { runCommandsOn } from './conformance/cli/runCommands';
