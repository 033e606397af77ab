import {
  ControlPlane,
  HttpClient,
  HttpRequest,
  StepArgoCd,
  StepOci,
  StepPullRequests,
} from 'backstage-plugin-kargo-node';
import {
  CapabilityFactories,
  CapabilityScope,
} from '../../../ports/CapabilityFactories';
import { SecretsInUse } from '../SecretsInUse';
import { NotedCheckouts } from './NotedCheckouts';
import { RestrainedGit } from './RestrainedGit';
import { Restraint } from './Restraint';

/** What a dry run sees of its steps. */
export interface Observation {
  restraint: Restraint;
  checkouts: NotedCheckouts;
  /** Everything secret that any step was given. */
  secrets: SecretsInUse;
}

/**
 * Capabilities that look at the world and work in the folder, and change nothing else.
 *
 * @remarks
 * Which steps run at all is decided by what they declare. This holds those that do to it:
 * a step that says it only works in the folder, and then reaches out, is kept from it.
 */
export function restrainCapabilities(
  capabilities: CapabilityFactories,
  { restraint, checkouts, secrets }: Observation,
): CapabilityFactories {
  const inDryRun = <T extends CapabilityScope>(scope: T): T => ({
    ...scope,
    isDryRun: true,
    keepSecret: value => {
      secrets.add(value);
      scope.keepSecret(value);
    },
  });
  return {
    argocd: () => withoutArgoCd(restraint),
    controlPlane: scope =>
      readOnlyControlPlane(
        capabilities.controlPlane(inDryRun(scope)),
        restraint,
      ),
    credentials: scope => capabilities.credentials(inDryRun(scope)),
    files: scope => capabilities.files(inDryRun(scope)),
    git: scope =>
      new RestrainedGit({
        git: capabilities.git(inDryRun(scope)),
        restraint,
        checkouts,
        files: scope.files,
      }),
    http: scope => readOnlyHttp(capabilities.http(inDryRun(scope)), restraint),
    oci: scope => readOnlyOci(capabilities.oci(inDryRun(scope)), restraint),
    programs: scope => capabilities.programs(inDryRun(scope)),
    pullRequests: () => withoutPullRequests(restraint),
    secrets: scope => capabilities.secrets(inDryRun(scope)),
  };
}

function withoutArgoCd(restraint: Restraint): StepArgoCd {
  const refuse = async () => restraint.refuse('ask Argo CD');
  return {
    namespace: '',
    find: refuse,
    list: refuse,
    findRefusal: () => restraint.refuse('ask Argo CD'),
    update: refuse,
    requestRefresh: refuse,
  };
}

function withoutPullRequests(restraint: Restraint): StepPullRequests {
  return {
    open: async () => restraint.refuse('work with pull requests'),
  };
}

function readOnlyControlPlane(
  controlPlane: ControlPlane,
  restraint: Restraint,
): ControlPlane {
  return {
    listRequestedImages: () => controlPlane.listRequestedImages(),
    setMetadata: async ({ kind, name }) =>
      restraint.refuse(`set metadata of ${kind} "${name}"`),
    setFreightAlias: async freight =>
      restraint.refuse(`give Freight "${freight}" another alias`),
  };
}

function readOnlyHttp(http: HttpClient, restraint: Restraint): HttpClient {
  const judge = (request: HttpRequest): HttpRequest => {
    const { method = 'GET', url } = request;
    return method === 'GET' || method === 'HEAD'
      ? request
      : restraint.refuse(`send a ${method} request to ${hostOf(url)}`);
  };
  return {
    send: async request => http.send(judge(request)),
    open: async request => http.open(judge(request)),
    readJson: http.readJson?.bind(http),
  };
}

/** Of an address the part that says nothing in confidence. */
function hostOf(url: string | URL): string {
  const text = String(url);
  return URL.canParse(text) ? new URL(text).host : 'an address';
}

function readOnlyOci(oci: StepOci, restraint: Restraint): StepOci {
  return {
    findManifest: (place, digest) => oci.findManifest(place, digest),
    openBlob: (place, blob) => oci.openBlob(place, blob),
    hasBlob: (place, blob) => oci.hasBlob(place, blob),
    speaksPlainHttp: place => oci.speaksPlainHttp(place),
    pushBlob: async ({ reference }) => restraint.refuse(`push to ${reference}`),
    pushManifest: async ({ reference }) =>
      restraint.refuse(`push to ${reference}`),
  };
}
