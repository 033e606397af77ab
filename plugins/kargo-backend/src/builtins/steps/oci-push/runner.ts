import { createStep, StepOutcome } from 'backstage-plugin-kargo-node';
import { findArtifact } from '../shared/imageReference';
import { sortAnnotations } from './annotate';
import { OciPushConfig } from './config';
import { copyArtifact } from './copyArtifact';
import { findRefusal, pushFile } from './pushFile';

const MAX_ARTIFACT_BYTES = 1024 * 1024 * 1024;

/** Stores an artifact under a tag: a copy of another one, or a file. */
export const ociPushStep = createStep({
  id: 'oci-push',
  description: 'Copies an artifact to a registry, or stores a file there.',
  config: OciPushConfig,
  needs: ['files', 'oci'],
  workspace: 'reads',
  async run(config, context) {
    const { srcRef, srcPath, destRef, insecureSkipTLSVerify } = config;
    const { mediaType, artifactType } = config;
    const target = findArtifact(destRef);
    if (!target) {
      return refused(`"${destRef}" is not a reference to an artifact`);
    }
    const to = { reference: destRef, insecureSkipTLSVerify };
    const annotations = sortAnnotations(config.annotations);
    const maxBytes = MAX_ARTIFACT_BYTES;
    let digest: string;
    if (srcRef) {
      const source = findArtifact(srcRef);
      if (!source) {
        return refused(`"${srcRef}" is not a reference to an artifact`);
      }
      digest = await copyArtifact(
        {
          from: { reference: srcRef, insecureSkipTLSVerify },
          to,
          name: source.name,
          isSameRepository: source.repository === target.repository,
          annotations,
          maxBytes,
        },
        context,
      );
    } else {
      const refusal = await findRefusal(srcPath ?? '', context.files);
      if (refusal) {
        return refused(refusal);
      }
      digest = await pushFile(
        {
          path: srcPath ?? '',
          to,
          mediaType,
          artifactType,
          annotations: annotations.manifest,
          maxBytes,
        },
        context,
      );
    }
    return {
      kind: 'succeeded',
      output: { image: target.name, digest, tag: target.tag ?? '' },
    };
  },
});

function refused(reason: string): StepOutcome {
  return { kind: 'failed', reason, final: true };
}
