import { describeResource, ResourceHead } from '../shared/resourceHead';
import { assertPlainName, OutputFiles } from '../shared/outputFiles';
import { formatRendered, RenderedDocument } from './splitRendered';

const CRDS = /^[^/]+(?:\/charts\/[^/]+)*\/crds\//;

/** The files of the layout `helm`: as in the chart, documents of one template together. */
export function layOutAsChart(
  documents: readonly RenderedDocument[],
  releaseName: string | undefined,
): OutputFiles {
  const files = new OutputFiles();
  for (const document of documents) {
    const { source } = document;
    const parts = source.split('/');
    parts.forEach(assertPlainName);
    // As Helm itself: definitions belong to the cluster, not to a release.
    const isOfRelease = releaseName !== undefined && !CRDS.test(source);
    files.append(
      isOfRelease ? `${releaseName}/${source}` : source,
      `---\n${formatRendered(document)}\n`,
    );
  }
  return files;
}

/**
 * The files of the layout `flat`: one for each document, named after the resource in it.
 *
 * @throws Error for two resources of one name.
 */
export function layOutFlat(
  documents: readonly (RenderedDocument & { head: ResourceHead })[],
): OutputFiles {
  const files = new OutputFiles();
  let nameless = 0;
  for (const document of documents) {
    const { head, source } = document;
    const name = findFlatName(head) ?? `resource-${nameless++}.yaml`;
    assertPlainName(name);
    files.add(name, formatRendered(document), describeResource(head, source));
  }
  return files;
}

function findFlatName(head: ResourceHead): string | undefined {
  const { group, kind, namespace, name } = head;
  if (!kind || !name) {
    return undefined;
  }
  const parts = [group.replaceAll('.', '_'), kind, namespace, name];
  return `${parts.filter(Boolean).join('-')}.yaml`.toLowerCase();
}
