import { createStep, StepContext } from 'backstage-plugin-kargo-node';
import { KustomizationImage } from '../../../edits/kustomizationImages';
import { editText } from '../shared/editText';
import { KustomizeSetImageConfig } from './config';
import { findKustomization } from '../shared/findKustomization';
import {
  configuredImages,
  describeImages,
  findAmbiguousImage,
  freightImages,
} from './selectImages';

/** Sets images of a kustomization, named ones or all that the Freight holds. */
export const kustomizeSetImageStep = createStep({
  id: 'kustomize-set-image',
  description: 'Sets images in a kustomization.',
  config: KustomizeSetImageConfig,
  needs: ['controlPlane', 'files'],
  workspace: 'writes',
  async run({ path, images, layout }, context) {
    const file = await findKustomization(context.files, path);
    const targets = images?.length
      ? configuredImages(images)
      : await imagesOfFreight(context);
    const edited = await editText(context, file, 'kustomization', targets, {
      layout,
    });
    const commitMessage = describeImages(path, edited.images);
    return {
      kind: 'succeeded',
      ...(commitMessage !== undefined && { output: { commitMessage } }),
    };
  },
});

async function imagesOfFreight(
  context: StepContext<'controlPlane'>,
): Promise<KustomizationImage[]> {
  const requested = await context.controlPlane.listRequestedImages();
  const ambiguous = findAmbiguousImage(requested);
  if (ambiguous) {
    throw new Error(
      `manual configuration required: more than one requested Warehouse subscribes to image "${ambiguous}"; name it in "images"`,
    );
  }
  return freightImages(context.freight);
}
