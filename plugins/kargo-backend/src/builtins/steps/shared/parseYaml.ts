import { JsonValue } from 'backstage-plugin-kargo-common';
import { DATA_LIMITS } from '../../../foreign/limits';
import { readYaml } from '../../../foreign/yaml';

/**
 * The first document of a YAML text as JSON, by the rules of Kubernetes tools: `yes` is
 * true, `012` is ten, dates stay texts.
 *
 * @throws ForeignInputError when it is not valid YAML or too much.
 */
export async function parseYaml(
  text: string,
  signal?: AbortSignal,
): Promise<JsonValue> {
  return readYaml(text, DATA_LIMITS, { signal });
}
