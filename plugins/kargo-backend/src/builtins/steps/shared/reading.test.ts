import { JsonObject } from 'backstage-plugin-kargo-common';
import { Step, StepCapability } from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { stopThreads } from '../../../foreign/threads/runInThread';
import { withoutRoomToRead } from '../../../testing/busyThreads';
import { helmUpdateChartStep } from '../helm-update-chart/runner';
import { jsonParseStep } from '../json-parse/runner';
import { kustomizeBuildStep } from '../kustomize-build/runner';
import { tomlParseStep } from '../toml-parse/runner';
import { yamlMergeStep } from '../yaml-merge/runner';
import { yamlParseStep } from '../yaml-parse/runner';
import { yamlUpdateStep } from '../yaml-update/runner';

jest.setTimeout(60_000);

type AnyStep = Step<z.ZodType, StepCapability>;

/** More than is read in place, and both JSON and YAML. */
const JSON_TEXT = JSON.stringify({ key: 'x'.repeat(70_000) });
const TOML_TEXT = `key = "${'x'.repeat(2_000)}"\n`;
const outputs = [{ name: 'key', fromExpression: 'key' }];

describe('a step whose file no thread has time to read', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kargo-reading-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await stopThreads();
  });

  it.each<[string, unknown, string, string, JsonObject]>([
    ['json-parse', jsonParseStep, 'f', JSON_TEXT, { path: 'f', outputs }],
    ['toml-parse', tomlParseStep, 'f', TOML_TEXT, { path: 'f', outputs }],
    ['yaml-parse', yamlParseStep, 'f', JSON_TEXT, { path: 'f', outputs }],
    [
      'yaml-update',
      yamlUpdateStep,
      'f',
      JSON_TEXT,
      { path: 'f', updates: [{ key: 'key', value: 'v' }] },
    ],
    [
      'yaml-merge',
      yamlMergeStep,
      'f',
      JSON_TEXT,
      { inFiles: ['f'], outFile: 'out' },
    ],
    [
      'helm-update-chart',
      helmUpdateChartStep,
      'Chart.yaml',
      JSON_TEXT,
      { path: '.' },
    ],
    [
      'kustomize-build',
      kustomizeBuildStep,
      'kustomization.yaml',
      JSON_TEXT,
      { path: '.', outPath: 'out.yaml' },
    ],
  ])('is tried again: %s', async (_, step, name, text, config) => {
    await writeFile(path.join(folder, name), text);
    await expect(
      withoutRoomToRead(() => runStep(step as AnyStep, config, { folder })),
    ).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      message: expect.stringContaining('busy reading other texts'),
    });
  });
});
