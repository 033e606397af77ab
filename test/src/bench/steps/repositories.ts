import { randomBytes } from 'node:crypto';

const MEBIBYTE = 1 << 20;

/** A repository of files that no compression makes smaller, 1 MiB each. */
export function largeRepository(mebibytes: number): Record<string, Buffer> {
  return Object.fromEntries(
    Array.from({ length: mebibytes }, (_, n) => [
      `assets/part-${n}.bin`,
      randomBytes(MEBIBYTE),
    ]),
  );
}

/** A repository of so many small files, ten in a folder, as one that keeps the manifests of all services. */
export function manyFiles(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `services/service-${Math.floor(n / 10)}/manifest-${n % 10}.yaml`,
      `kind: ConfigMap\nmetadata: {name: service-${n}}\n${'# more\n'.repeat(
        30,
      )}`,
    ]),
  );
}

/** Values of so many lines, of which the last is a tag: `services.<n>.tag` for n below a quarter of it. */
export function largeValues(lines: number): string {
  const services = Array.from(
    { length: Math.floor((lines - 1) / 4) },
    (_, n) =>
      `  service-${n}:\n    image: registry.example/team/service-${n} # by the team\n    tag: "1.0.0"\n    replicas: ${
        n % 7
      }\n`,
  );
  return `services:\n${services.join('')}`;
}

/** A chart of the size that people have: so many templates, each with conditions and loops. */
export function aChart(templates: number): Record<string, string> {
  const files: Record<string, string> = {
    'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'chart/values.yaml':
      'image: {repository: registry.example/web, tag: "1.0.0"}\nreplicas: 3\nenv: {A: a, B: b, C: c, D: d}\n',
    'chart/templates/_helpers.tpl':
      '{{- define "web.labels" -}}\napp: {{ .Release.Name }}\nchart: {{ .Chart.Name }}-{{ .Chart.Version }}\n{{- end -}}\n',
  };
  for (let n = 0; n < templates; n++) {
    files[`chart/templates/deployment-${n}.yaml`] = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-${n}
  labels: {{- include "web.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}-${n}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}-${n}}}
    spec:
      containers:
      - name: web
        image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
        env:
{{- range $name, $value := .Values.env }}
        - name: {{ $name }}
          value: {{ $value | quote }}
{{- end }}
`;
  }
  return files;
}
