import { z } from 'zod';
import { findImageReference } from '../../../logic/selection/imageReference';

const HOST = String.raw`(?:oci:\/\/)?[\w.-]+(?::\d+)?(?:\/[\w.-]+)*`;

/** A reference with a tag or a digest, `oci://` in front or not. */
export const ArtifactReference = z
  .string()
  .regex(new RegExp(`^${HOST}(?::[\\w.-]+|@[\\w.:+-]+)$`));

/** A reference with a tag. */
export const TaggedReference = z
  .string()
  .regex(new RegExp(`^${HOST}:[\\w.-]+$`));

/** A reference, taken apart. */
export interface Artifact {
  /** Without `oci://`. */
  name: string;
  /** The repository, without tag and digest. */
  repository: string;
  tag?: string;
}

/** `undefined` for what passes for a reference and is none. */
export function findArtifact(reference: string): Artifact | undefined {
  const name = reference.replace(/^oci:\/\//, '');
  const found = findImageReference(name);
  if (!found || (found.tag === undefined && found.digest === undefined)) {
    return undefined;
  }
  const { registry, repository, tag } = found;
  return {
    name,
    repository: `${registry}/${repository}`,
    ...(tag !== undefined && { tag }),
  };
}
