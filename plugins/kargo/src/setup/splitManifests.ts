import { parseDocument } from 'yaml';

/** One manifest of a text. */
export interface ManifestPart {
  /** `Stage test` */
  key: string;
  kind: string;
  name: string;
  text: string;
}

/**
 * The manifests of a text, Projects first: in this order the server applies them and answers.
 *
 * @param text - without mistakes, see `lintManifests`
 */
export function splitManifests(text: string): ManifestPart[] {
  const parts = text
    .split(/^---(?:[ \t].*)?$/m)
    .flatMap(part => readPart(part) ?? []);
  const isProject = ({ kind }: ManifestPart) => kind === 'Project';
  return [
    ...parts.filter(isProject),
    ...parts.filter(part => !isProject(part)),
  ];
}

function readPart(text: string): ManifestPart | undefined {
  const document = parseDocument(text, { schema: 'failsafe' });
  if (document.contents === null) {
    return undefined;
  }
  const kind = String(document.get('kind'));
  const name = String(document.getIn(['metadata', 'name']));
  return { key: `${kind} ${name}`, kind, name, text };
}
