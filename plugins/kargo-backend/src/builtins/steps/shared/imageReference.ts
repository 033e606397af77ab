import { TerminalError } from 'backstage-plugin-kargo-node';
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

/** @throws TerminalError when it passes for a reference and is none. */
export function parseArtifact(reference: string): Artifact {
  const name = reference.replace(/^oci:\/\//, '');
  const found = findImageReference(name);
  if (!found || (found.tag === undefined && found.digest === undefined)) {
    throw new TerminalError(`"${reference}" is not a reference to an artifact`);
  }
  const { registry, repository, tag } = found;
  return {
    name,
    repository: `${registry}/${repository}`,
    ...(tag !== undefined && { tag }),
  };
}
