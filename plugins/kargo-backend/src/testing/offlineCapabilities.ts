import {
  buildCapabilities,
  BuildCapabilitiesOptions,
} from '../wiring/buildCapabilities';

/** The capabilities of steps that touch nothing but the Promotion's folder, and what is given. */
export function offlineCapabilities(
  given: Partial<BuildCapabilitiesOptions> = {},
): ReturnType<typeof buildCapabilities> {
  const offline = () => {
    throw new Error('There is no network in this test');
  };
  return buildCapabilities({
    argoCds: { get: offline },
    artifacts: {
      findManifest: offline,
      openBlob: offline,
      hasBlob: offline,
      pushBlob: offline,
      pushManifest: offline,
      speaksPlainHttp: offline,
    },
    credentials: { find: async () => undefined },
    gitUser: async () => ({ name: 'Kargo', email: 'no-reply@kargo.io' }),
    http: { send: offline, open: offline },
    programs: { run: offline, has: async () => false },
    clock: { now: () => 0, monotonic: () => 0, sleep: async () => {} },
    pullRequestProviders: [],
    pushIntegrationPolicy: 'RebaseOrMerge',
    workingTrees: {
      clone: offline,
      export: offline,
      open: offline,
      readBranches: offline,
    },
    ...given,
  });
}
