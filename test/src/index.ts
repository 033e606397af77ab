export type { ChartDescription } from './world/chartArchive';
export { chartMetadata, packageChart } from './world/chartArchive';
export type { ChartServer, ChartServerOptions } from './world/chartServer';
export { startChartServer } from './world/chartServer';
export type { CommitFile, CommitPerson, NewCommit } from './world/fastImport';
export type { Fault, FaultTarget } from './world/faults';
export { Faults } from './world/faults';
export type {
  GitServer,
  GitServerOptions,
  ServerCommit,
} from './world/gitServer';
export { startGitServer } from './world/gitServer';
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
  LoggedRequest,
  LoopbackRequest,
  LoopbackServer,
  LoopbackServerOptions,
  Reply,
  ServerStats,
} from './world/loopbackServer';
export { startLoopbackServer } from './world/loopbackServer';
export type {
  ImageDescription,
  OciArtifact,
  OciBlob,
  OciChart,
  OciManifest,
} from './world/ociArtifact';
export { buildChartArtifact, buildImage, digestOf } from './world/ociArtifact';
export type { RegistryAuth } from './world/ociAuth';
export type { PushTarget } from './world/ociPush';
export { pushArtifact } from './world/ociPush';
export type { OciRegistry, OciRegistryOptions } from './world/ociRegistry';
export { startOciRegistry } from './world/ociRegistry';
export type { Postgres } from './world/postgres';
export { freePort, startPostgres } from './world/postgres';
export type { HelmMajor, Tools } from './world/tools';
export { unpackTools } from './world/tools';
export type { Demo, DemoAddresses } from './world/demo';
export { startDemo } from './world/demo';
export type { DemoPorts, DemoSettings } from './world/demoSettings';
export { readDemoSettings } from './world/demoSettings';
export type { DemoWorld, DemoWorldOptions } from './world/demoWorld';
export { demoRepositories, startDemoWorld } from './world/demoWorld';
export type { Portal, PortalOptions, StartingPortal } from './world/portal';
export { launchPortal, startPortal } from './world/portal';
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
