import type { OciArtifact } from './ociArtifact';

/** Where a push goes, and as whom. */
export interface PushTarget {
  /** Address of the registry, e.g. `http://127.0.0.1:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** Sent with every request, e.g. `Basic …`. */
  readonly authorization?: string;
}

/** Pushes an artifact to any registry over its protocol and returns the tagged digest. */
export async function pushArtifact(
  target: PushTarget,
  artifact: OciArtifact,
): Promise<string> {
  for (const { digest, content } of artifact.blobs) {
    const known = await call(target, 'HEAD', `blobs/${digest}`);
    if (known.status !== 200) await uploadBlob(target, digest, content);
  }
  const last = artifact.manifests[artifact.manifests.length - 1];
  for (const manifest of artifact.manifests) {
    const reference = manifest === last ? target.tag : manifest.digest;
    const reply = await call(target, 'PUT', `manifests/${reference}`, {
      body: manifest.content,
      type: manifest.mediaType,
    });
    await expectStatus(reply, 201, `manifest ${reference}`);
  }
  return last.digest;
}

async function uploadBlob(
  target: PushTarget,
  digest: string,
  content: Buffer,
): Promise<void> {
  const started = await call(target, 'POST', 'blobs/uploads/');
  await expectStatus(started, 202, 'upload');
  const location = new URL(
    started.headers.get('location') ?? '',
    target.registry,
  );
  location.searchParams.set('digest', digest);
  const reply = await call(target, 'PUT', location, {
    body: content,
    type: 'application/octet-stream',
  });
  await expectStatus(reply, 201, `blob ${digest}`);
}

async function call(
  target: PushTarget,
  method: string,
  path: string | URL,
  content?: { body: Buffer; type: string },
): Promise<Response> {
  const url =
    typeof path === 'string'
      ? new URL(`/v2/${target.repository}/${path}`, target.registry)
      : path;
  return fetch(url, {
    method,
    headers: {
      ...(target.authorization && { authorization: target.authorization }),
      ...(content && { 'content-type': content.type }),
    },
    ...(content && { body: new Uint8Array(content.body) }),
  });
}

async function expectStatus(
  reply: Response,
  status: number,
  what: string,
): Promise<void> {
  const text = await reply.text();
  if (reply.status !== status) {
    throw new Error(`push of ${what} answered ${reply.status}: ${text}`);
  }
}
