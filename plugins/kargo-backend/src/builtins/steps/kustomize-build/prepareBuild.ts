import { StepContext, StepFiles } from 'backstage-plugin-kargo-node';
import { editForeign } from '../../../foreign/editForeign';
import { DATA_LIMITS } from '../../../foreign/limits';
import { editing } from '../shared/editing';
import { isBelow, relativeFrom } from '../shared/relativePath';
import { copyTrees } from './copyTrees';
import { KustomizationSurvey, Redirection } from './surveyKustomization';

/** What Kustomize is to build, and all that it reads. */
export interface PreparedBuild {
  path: string;
  trees: string[];
}

/**
 * Makes a kustomization ready to be built without network.
 *
 * @remarks
 * One that names nothing on other hosts is built where it is. Of another one a copy is made, in
 * which those references lead to what was brought: nobody's files are changed.
 *
 * @param temporary - the folder of this build, in which `remote` is what was brought
 */
export async function prepareBuild(
  path: string,
  { folder, trees, redirections }: KustomizationSurvey,
  temporary: string,
  context: StepContext<'files'>,
): Promise<PreparedBuild> {
  if (redirections.length === 0) {
    return { path, trees };
  }
  const copies = `${temporary}/tree`;
  const own = trees.filter(tree => !isBelow(temporary, tree));
  await copyTrees(context.files, { trees: own, to: copies, except: temporary });
  const placeOf = (original: string) =>
    isBelow(temporary, original) ? original : `${copies}/${original}`;
  for (const redirection of redirections) {
    await redirect(redirection, placeOf, context);
  }
  return { path: placeOf(folder), trees: trees.map(placeOf) };
}

async function redirect(
  { file, folder, references }: Redirection,
  placeOf: (path: string) => string,
  { files, signal }: StepContext<'files'>,
): Promise<void> {
  const place = placeOf(file);
  const text = await files.readText(place);
  const replacements = references.map(({ at, from, key, path }) => ({
    at,
    from,
    to: key + relativeFrom(placeOf(folder), path),
  }));
  const edited = await editing(file, () =>
    editForeign('yamlTexts', text, [replacements], {
      limits: DATA_LIMITS,
      signal,
    }),
  );
  await replaceFile(files, place, edited);
}

/** A link in its place would lead to a file that others have, too. */
async function replaceFile(
  files: StepFiles,
  path: string,
  text: string,
): Promise<void> {
  await files.remove(path);
  await files.write(path, text);
}
