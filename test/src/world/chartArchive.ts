import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { stringify } from 'yaml';

/** What a made-up Helm chart looks like. */
export interface ChartDescription {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  readonly description?: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** File contents by path below `templates/`. */
  readonly templates?: Readonly<Record<string, string>>;
  readonly dependencies?: ReadonlyArray<{
    name: string;
    version: string;
    repository: string;
  }>;
}

const defaultTemplate = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  version: {{ .Chart.AppVersion | default .Chart.Version | quote }}
`;

/** The metadata of a chart, as its Chart.yaml holds it. */
export function chartMetadata(
  chart: ChartDescription,
): Record<string, unknown> {
  return {
    apiVersion: 'v2',
    name: chart.name,
    version: chart.version,
    description: chart.description ?? `The ${chart.name} chart`,
    type: 'application',
    ...(chart.appVersion && { appVersion: chart.appVersion }),
    ...(chart.dependencies && { dependencies: chart.dependencies }),
  };
}

/** Packages a chart as `helm package` does; the same chart gives the same bytes. */
export async function packageChart(chart: ChartDescription): Promise<Buffer> {
  const files: Record<string, string> = {
    'Chart.yaml': stringify(chartMetadata(chart)),
    'values.yaml': stringify(chart.values ?? {}),
  };
  const templates = chart.templates ?? {
    'configmap.yaml': defaultTemplate,
  };
  for (const [path, content] of Object.entries(templates)) {
    files[`templates/${path}`] = content;
  }
  const archive = pack();
  for (const [path, content] of Object.entries(files)) {
    archive.entry(
      { name: `${chart.name}/${path}`, mtime: new Date(0) },
      content,
    );
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.pipe(createGzip())) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
