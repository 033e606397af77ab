/** A release of Backstage, and the versions of its packages that a portal asks for. */
export interface Release {
  /** As `backstage.json` says it. */
  version: string;
  /** A newer one is out: who is on it has a lock file, and gets newer versions beside. */
  isOlder: boolean;
  /** What it calls the tab of a pipeline in a portal that has another word for it. */
  tab: string;
  /** Instead of those that this repository asks for. */
  packages: Readonly<Record<string, string>>;
}

/** The releases that the packages are said to run on, the oldest first. */
export const RELEASES: readonly Release[] = [
  // The one that this repository is built with.
  { version: '1.55.0', isOlder: true, tab: 'Pipeline', packages: {} },
  {
    version: '1.57.0',
    isOlder: false,
    tab: 'What is under way',
    packages: {
      '@backstage/backend-defaults': '0.19.0',
      '@backstage/backend-plugin-api': '1.12.0',
      '@backstage/catalog-model': '1.10.3',
      '@backstage/cli': '0.36.8',
      '@backstage/cli-defaults': '0.1.8',
      '@backstage/core-components': '0.18.16',
      '@backstage/core-plugin-api': '1.13.0',
      '@backstage/errors': '1.4.0',
      '@backstage/frontend-defaults': '0.5.8',
      '@backstage/frontend-plugin-api': '1.0.0',
      '@backstage/plugin-app': '0.6.0',
      '@backstage/plugin-app-backend': '0.5.20',
      '@backstage/plugin-app-react': '0.3.0',
      '@backstage/plugin-auth': '0.1.14',
      '@backstage/plugin-auth-backend': '0.31.0',
      '@backstage/plugin-auth-node': '0.7.8',
      '@backstage/plugin-catalog': '2.1.0',
      '@backstage/plugin-catalog-backend': '4.0.5',
      '@backstage/plugin-catalog-react': '4.0.0',
      '@backstage/plugin-home-react': '0.1.44',
      '@backstage/plugin-org': '0.8.1',
      '@backstage/plugin-permission-backend': '0.7.18',
      '@backstage/plugin-permission-common': '0.9.13',
      '@backstage/plugin-permission-node': '0.11.6',
      '@backstage/plugin-search': '1.8.0',
      '@backstage/plugin-search-backend': '2.1.9',
      '@backstage/plugin-search-backend-module-catalog': '0.3.21',
      '@backstage/plugin-search-react': '1.12.0',
      '@backstage/plugin-user-settings': '0.9.9',
      '@backstage/ui': '0.20.0',
    },
  },
];

/** Which version of a package a portal of a release asks for. */
export function versionIn(
  { packages }: Release,
  name: string,
  ours: string | undefined,
): string {
  const version = packages[name] ?? ours;
  if (!version) {
    throw new Error(`no version of ${name} is known`);
  }
  return version;
}
