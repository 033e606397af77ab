import { FreightCollection } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { KustomizationImage } from '../../../edits/kustomizationImages';
import { ImageConfig } from './config';

/** The images that the configuration names; the last of several of one name counts. */
export function configuredImages(
  images: readonly z.output<typeof ImageConfig>[],
): KustomizationImage[] {
  return images.map(({ image, name, newName, tag, digest }) => ({
    name: name || image,
    newName,
    newTag: tag,
    digest,
  }));
}

/** Every image of the Freight, by tag and digest as far as known. */
export function freightImages(
  freight: FreightCollection,
): KustomizationImage[] {
  return Object.values(freight.items)
    .flatMap(reference => reference.images ?? [])
    .map(({ repoURL, tag, digest }) => ({
      name: repoURL,
      newTag: tag,
      digest,
    }));
}

/**
 * An image to which more than one requested Warehouse subscribes, so that the Freight does
 * not tell which of them is meant.
 *
 * @param requested - Image repositories, each named once per Warehouse.
 */
export function findAmbiguousImage(
  requested: readonly string[],
): string | undefined {
  return requested.find((image, index) => requested.indexOf(image) !== index);
}

/** The commit message for the resulting entries; `undefined` when there are none. */
export function describeImages(
  path: string,
  references: readonly string[],
): string | undefined {
  if (references.length === 0) {
    return undefined;
  }
  const headline = `Updated ${path} to use new image${
    references.length > 1 ? 's' : ''
  }`;
  return [headline, '', ...references.map(ref => `- ${ref}`)].join('\n');
}
