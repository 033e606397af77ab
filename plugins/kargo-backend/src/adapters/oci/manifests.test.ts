import { readManifest } from './manifests';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const DIGEST = `sha256:${'0a'.repeat(32)}`;

it('leaves out entries of an index that name something else than content', async () => {
  const digests = ['../../api/manifests/1', '1.0.0', 'sha256:0a', DIGEST];
  const manifests = digests.map(digest => ({ digest, mediaType: IMAGE }));
  const content = Buffer.from(JSON.stringify({ mediaType: INDEX, manifests }));
  await expect(
    readManifest(content, { digest: DIGEST }),
  ).resolves.toMatchObject({
    manifest: { kind: 'index', entries: [{ digest: DIGEST }] },
  });
});
