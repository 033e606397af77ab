// What a release needs beside its tests:
//   yarn release:check            packs all packages and tells what keeps them from being published
//   yarn release:address ADDRESS  tells all packages where their code is
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../world/paths';
import { command } from './command';
import { readManifest, writeJson } from './manifests';
import { packPackages } from './packPackages';
import { listPublishedPackages } from './publishedPackages';
import { PackedPackage, releaseFaults, withAddress } from './releaseFaults';

async function check(): Promise<number> {
  const stage = await mkdtemp(join(tmpdir(), 'kargo-release-'));
  try {
    const names = listPublishedPackages().map(({ manifest }) => manifest.name);
    const tarballs = await packPackages(stage, names);
    const faults: string[] = [];
    for (const { file } of tarballs) {
      faults.push(...releaseFaults(await readTarball(file)));
    }
    faults.forEach(fault => process.stdout.write(`${fault}\n`));
    process.stdout.write(
      `${tarballs.length} packages, ${faults.length} faults\n`,
    );
    return faults.length > 0 ? 1 : 0;
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function readTarball(file: string): Promise<PackedPackage> {
  const listed = await command('.', 'tar', '-tzf', file);
  const text = await command('.', 'tar', '-xzOf', file, 'package/package.json');
  return {
    files: listed
      .trim()
      .split('\n')
      .map(path => path.replace(/^package\//, '')),
    manifest: JSON.parse(text),
  };
}

async function tellAddress(address: string | undefined): Promise<number> {
  if (!address || !/^https:\/\/[^/\s]+\/\S+$/.test(address)) {
    throw new Error(
      `expected the address of the repository's page, such as https://HOST/OWNER/NAME, found '${
        address ?? ''
      }'`,
    );
  }
  await writeJson(
    join(repositoryRoot, 'package.json'),
    withAddress(readManifest(repositoryRoot), address),
  );
  for (const { folder, manifest } of listPublishedPackages()) {
    await writeJson(
      join(repositoryRoot, folder, 'package.json'),
      withAddress(manifest, address, folder),
    );
  }
  return 0;
}

const [verb, ...rest] = process.argv.slice(2);

(verb === 'address' ? tellAddress(rest[0]) : check()).then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  },
);
