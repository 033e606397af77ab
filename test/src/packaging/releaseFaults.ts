import { Manifest } from './manifests';

/** A package as it would be published: what is in its tarball. */
export interface PackedPackage {
  /** Paths below the package. */
  files: readonly string[];
  manifest: Manifest;
}

/** What people look for on the page of a package, or beside its code. */
const FILES = ['README.md', 'LICENSE', 'CHANGELOG.md'];

const NO_ADDRESS =
  'says no address of its code. Tell it once: yarn release:address https://HOST/OWNER/NAME';

/** What keeps a package from being published, one sentence each. */
export function releaseFaults({ files, manifest }: PackedPackage): string[] {
  const missing = FILES.filter(file => !files.includes(file)).map(
    file =>
      `${manifest.name} has no ${file}${
        file === 'CHANGELOG.md' ? '. Write it with: yarn changeset version' : ''
      }`,
  );
  const { repository, homepage } = manifest;
  const isAddressed = Boolean(repository?.url && homepage);
  return [
    ...missing,
    ...(isAddressed ? [] : [`${manifest.name} ${NO_ADDRESS}`]),
  ];
}

/**
 * The manifest with the address of the code.
 *
 * @param address - of the repository's page, such as `https://github.com/acme/kargo`
 * @param folder - of the package below the root; absent for the root itself
 */
export function withAddress(
  manifest: Manifest,
  address: string,
  folder?: string,
): Manifest {
  const page = address.replace(/\/$/, '');
  return {
    ...manifest,
    homepage: `${page}#readme`,
    repository: {
      type: 'git',
      url: `git+${page}.git`,
      ...(folder !== undefined && { directory: folder }),
    },
  };
}
