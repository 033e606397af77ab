import { JsonValue } from 'backstage-plugin-kargo-common';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { yamlParseStep } from './runner';

describe('yaml-parse', () => {
  let workDir: string;

  beforeEach(async () => {
    workDir = await mkdtemp(path.join(tmpdir(), 'kargo-parse-'));
  });

  afterEach(() => rm(workDir, { recursive: true }));

  async function evaluate(text: string, fromExpression: string) {
    await writeFile(path.join(workDir, 'f.yaml'), text);
    const outputs = [{ name: 'x', fromExpression }];
    return runStep(
      yamlParseStep,
      { path: 'f.yaml', outputs },
      { folder: workDir },
    );
  }

  it.each<[string, string, JsonValue]>([
    ['image:\n  tag: v1\n', 'image.tag', 'v1'],
    ['- name: a\n', '$env[0].name', 'a'],
    ['a: 1\n', 'nope', null],
    ['a: [1, 2]\n', 'len(a)', 2],
    ['a: yes\n---\nb: [\n', 'a', true],
    ['a: {b: 1.5}\n', 'a', { b: 1.5 }],
  ])('in %j finds %s', async (text, expression, expected) => {
    await expect(evaluate(text, expression)).resolves.toEqual({
      kind: 'succeeded',
      output: { x: expected },
    });
  });

  it.each([
    ['', 'a', '"f.yaml" is empty'],
    ['a: [', 'a', 'cannot parse "f.yaml"'],
    ['a: 1', '1 +', 'the expression of output "x" is not a valid expression'],
    ['a: 1', 'nope.more', 'the expression of output "x" cannot be evaluated'],
  ])('on %j with %s throws', async (text, expression, message) => {
    await expect(evaluate(text, expression)).rejects.toThrow(message);
  });
});
