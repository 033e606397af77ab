import {
  JsonObject,
  JsonValue,
  KARGO_API_VERSION,
  ResourceMetadata,
  Subscription,
} from 'backstage-plugin-kargo-common';
import { Found, Lookup, LookupNeeded, LookupTable } from './lookups';
import { atOnce } from './Paced';
import {
  evaluateStepCondition,
  evaluateStepConfig,
  StepEvaluationInput,
} from './promotionScope';

const ORIGIN = { kind: 'Warehouse', name: 'w1' } as const;

const metadata = (name: string): ResourceMetadata => ({
  name,
  namespace: 'shop',
  uid: 'u1',
  resourceVersion: '1',
  generation: 1,
  creationTimestamp: '2026-01-01T00:00:00Z',
});

const FREIGHT = {
  name: 'f1',
  origin: ORIGIN,
  images: [{ repoURL: 'ghcr.io/acme/app', tag: '1.10', digest: 'sha256:a' }],
  commits: [
    {
      repoURL: 'https://git/x',
      id: '1234567890abcdef1234567890abcdef12345678',
    },
  ],
  charts: [{ repoURL: 'oci://charts/web', name: '', version: '12' }],
};

function inputOf(
  step: Partial<StepEvaluationInput['step']>,
  more: Partial<StepEvaluationInput> & { vars?: [string, string][] } = {},
): StepEvaluationInput {
  const { vars = [], ...rest } = more;
  return {
    promotion: {
      apiVersion: KARGO_API_VERSION,
      kind: 'Promotion',
      metadata: {
        ...metadata('promo-1'),
        annotations: { 'kargo.akuity.io/create-actor': 'email:jo@acme.io' },
      },
      spec: {
        stage: 'test',
        freight: 'f1',
        vars: vars.map(([name, value]) => ({ name, value })),
      },
    },
    stage: {
      apiVersion: KARGO_API_VERSION,
      kind: 'Stage',
      metadata: metadata('test'),
      spec: {
        requestedFreight: [{ origin: ORIGIN, sources: { direct: true } }],
      },
    },
    status: {
      freight: FREIGHT,
      freightCollection: { id: 'c', items: { 'Warehouse/w1': FREIGHT } },
      stepExecutionMetadata: [
        { alias: 'one', status: 'Succeeded' },
        { alias: 'task::a', status: 'Failed', continueOnError: true },
      ],
      state: { one: { x: 1 }, 'task::a': { y: 2 }, 'other::a': { y: 3 } },
    },
    freightAlias: 'swift-otter',
    uiBaseURL: 'https://portal',
    step: { uses: 'compose-output', as: 'here', ...step },
    lookups: new LookupTable(),
    nowMs: Date.UTC(2026, 0, 2),
    ...rest,
  };
}

/** Evaluates `config` texts by name. */
const configOf = (
  config: Record<string, string>,
  more?: Parameters<typeof inputOf>[1],
) => atOnce(evaluateStepConfig(inputOf({ config }, more)));

describe('evaluateStepConfig', () => {
  it('finds the number of a pull request where manifests of older releases look for it', () => {
    const opened = { pr: { id: 42, url: 'u' } };
    const { promotion, status } = inputOf({});
    const config = {
      opened: "${{ outputs['open-pr'].prNumber }}",
      inTask: '${{ outputs["t::open"].prNumber }}',
      waited: '${{ outputs.wait.prNumber }}',
    };
    expect(
      configOf(config, {
        promotion: {
          ...promotion,
          spec: {
            ...promotion.spec,
            steps: [
              { uses: 'git-open-pr', as: 'open-pr' },
              { uses: 'git-open-pr', as: 't::open' },
              { uses: 'git-open-pr', as: 'not-yet' },
              { uses: 'git-wait-for-pr', as: 'wait' },
            ],
          },
        },
        status: {
          ...status,
          state: { 'open-pr': opened, 't::open': opened, wait: opened },
        },
      }),
    ).toEqual({ opened: 42, inTask: 42, waited: null });
  });

  it('offers the context of the Promotion', () => {
    expect(configOf({ it: '${{ ctx }}' })).toEqual({
      it: {
        uiBaseUrl: 'https://portal',
        project: 'shop',
        stage: 'test',
        promotion: 'promo-1',
        targetFreight: {
          name: 'f1',
          alias: 'swift-otter',
          origin: { name: 'w1' },
        },
        freight: {
          name: 'f1',
          alias: 'swift-otter',
          displayID: 'swift-otter',
          origin: { name: 'w1' },
        },
        meta: {
          promotion: { actor: 'jo@acme.io', rollback: false },
          step: { alias: 'here' },
        },
      },
    });
  });

  it.each<[string | undefined, string]>([
    ['email:jo@acme.io', 'jo@acme.io'],
    ['user:default/jo', 'default/jo'],
    ['admin', 'admin'],
    [
      'kubernetes:system:serviceaccount:shop:promoter',
      'kubernetes:system:serviceaccount:shop:promoter',
    ],
    ['unknown actor', ''],
    ['', ''],
    [undefined, ''],
  ])('tells the actor %j as %j', (actor, told) => {
    const { promotion } = inputOf({});
    const annotations = {
      ...(actor !== undefined && { 'kargo.akuity.io/create-actor': actor }),
    };
    const metadataOfIt = { ...promotion.metadata, annotations };
    expect(
      configOf(
        { it: '${{ quote(ctx.meta.promotion.actor) }}' },
        { promotion: { ...promotion, metadata: metadataOfIt } },
      ),
    ).toEqual({ it: told });
  });

  describe('keeps what names an artifact a text', () => {
    const SUBSCRIPTIONS = [
      { image: { repoURL: 'ghcr.io/acme/app' } },
      { git: { repoURL: 'https://git/x' } },
      { chart: { repoURL: 'oci://charts/web' } },
    ].map(subscription => Subscription.parse(subscription));
    const COMMIT = 'commitFrom("https://git/x").ID';
    const CHART = 'chartFrom("oci://charts/web").Version';

    it.each<[string, JsonValue]>([
      ['${{ imageFrom("ghcr.io/acme/app").Tag }}', '1.10'],
      [`\${{ ${COMMIT}[:7] }}`, '1234567'],
      [`\${{ ${COMMIT} }}`, '1234567890abcdef1234567890abcdef12345678'],
      [`\${{ ${CHART} }}`, '12'],
      [`\${{ ${CHART} }}\n`, '12\n'],
      [`\${{ ${CHART} ?? 'none' }}`, '12'],
      [`\${{ true ? ${CHART} : '1' }}`, '12'],
      [`\${{ let c = chartFrom("oci://charts/web"); c?.Version }}`, '12'],
      [`\${{ trimPrefix('v' + ${CHART}, 'v') }}`, '12'],
      [`\${{ ${CHART} | trim() }}`, '12'],
      [`\${{ ${CHART} }}\${{ 3 }}`, '123'],
      [`1\${{ ${CHART} }}`, '112'],
      [`\${{ repeat('1', 1) + vars.chart }}`, '112'],
      ['${{ vars.chart }}', '12'],
      ["${{ vars['again'] }}", '12'],
      ['${{ vars.quoted }}', '7'],
      // What is made a number is one, and what only looks like the artifact too.
      [`\${{ int(${CHART}) }}`, 12],
      [`\${{ len(${CHART}) }}`, 2],
      [`{"v": \${{ ${CHART} }}}`, { v: 12 }],
      ["${{ '12' }}", 12],
      ['${{ vars.replicas }}', 3],
      ['${{ vars.shadowed }}', 12],
      ['${{ outputs.one.x }}', 1],
      [`\${{ let vars = {'chart': '8'}; vars.chart }}`, 8],
    ])('%s', (source, value) => {
      const vars: [string, string][] = [
        ['chart', `\${{ ${CHART} }}`],
        ['again', '${{ vars.chart }}'],
        ['quoted', '${{ quote(7) }}'],
        ['replicas', '3'],
        ['shadowed', `\${{ ${CHART} }}`],
        ['shadowed', '12'],
      ];
      const lookups = new LookupTable();
      lookups.add(
        { kind: 'Warehouse', name: 'w1' },
        { kind: 'Warehouse', subscriptions: SUBSCRIPTIONS },
      );
      expect(configOf({ it: source }, { vars, lookups })).toEqual({
        it: value,
      });
    });
  });

  it('keeps commits, digests and composed texts of other steps texts', () => {
    const commit = '1234567890abcdef1234567890abcdef12345678';
    const { promotion, status } = inputOf({});
    const composed = { tag: '1234567', written: '3', deep: { tag: '12' } };
    const config = {
      tag: '${{ imageFrom(vars.image).Tag }}',
      written: '3',
      deep: { tag: '${{ vars.tag }}' },
    };
    const more = {
      promotion: {
        ...promotion,
        spec: {
          ...promotion.spec,
          steps: [
            { uses: 'compose-output', as: 'compose', config },
            { uses: 'compose-output', as: 'task::compose', config },
            { uses: 'yaml-parse', as: 'parse', config },
          ],
        },
      },
      status: {
        ...status,
        state: {
          push: { commit, commits: { src: commit } },
          built: { digest: `sha256:${'12'.repeat(32)}` },
          compose: composed,
          parse: composed,
          'task::compose': composed,
          task: composed,
        },
      },
    };
    const asked = {
      short: '${{ outputs.push.commit[:7] }}',
      ofClone: "${{ outputs['push']?.commits.src[0:7] }}",
      digest: "${{ trimPrefix(outputs.built.digest, 'sha256:')[:8] }}",
      tag: '${{ outputs.compose.tag }}',
      deep: '${{ outputs.compose.deep.tag }}',
      ofTask: '${{ task.outputs.compose.tag }}',
      result: '${{ outputs.task.tag }}',
      variable: '${{ vars.short }}',
      // What was written down says 3, as it does in variables.
      written: '${{ outputs.compose.written }}',
      parsed: '${{ outputs.parse.tag }}',
    };
    expect(
      atOnce(
        evaluateStepConfig({
          ...inputOf({ as: 'task::here', config: asked }, more),
          step: {
            uses: 'yaml-update',
            as: 'task::here',
            vars: [{ name: 'short', value: '${{ outputs.push.commit[:7] }}' }],
            config: asked,
          },
        }),
      ),
    ).toEqual({
      short: '1234567',
      ofClone: '1234567',
      digest: '12121212',
      tag: '1234567',
      deep: '12',
      ofTask: '1234567',
      result: '1234567',
      variable: '1234567',
      written: 3,
      parsed: 1234567,
    });
  });

  it('keeps names texts', () => {
    const { promotion, status } = inputOf({});
    const name = '1234567890abcdef1234567890abcdef12345678';
    expect(
      configOf(
        {
          short: '${{ ctx.targetFreight.name[:7] }}',
          shown: '${{ ctx.freight.displayID }}',
          stage: '${{ ctx.stage }}',
          rollback: '${{ ctx.meta.promotion.rollback }}',
          length: '${{ len(ctx.stage) }}',
        },
        {
          promotion: {
            ...promotion,
            spec: { ...promotion.spec, stage: '2024' },
          },
          status: { ...status, freight: { ...FREIGHT, name } },
          freightAlias: '',
        },
      ),
    ).toEqual({
      short: '1234567',
      shown: '1234567',
      stage: '2024',
      rollback: false,
      length: 4,
    });
  });

  it('says what the Freight has when a step asks for something else', () => {
    const lookups = new LookupTable();
    lookups.add(
      { kind: 'Warehouse', name: 'w1' },
      { kind: 'Warehouse', subscriptions: [] },
    );
    expect(() =>
      configOf({ it: '${{ imageFrom("ghcr.io/acme/ap").Tag }}' }, { lookups }),
    ).toThrow(
      `config.it: nil has no members (line 1, column 30) in 'imageFrom("ghcr.io/acme/ap").Tag'; the Freight has no such image, only ghcr.io/acme/app`,
    );
    // What one expression did without is no cause of what fails in another.
    expect(() =>
      configOf(
        { it: '${{ imageFrom("x")?.Tag }} ${{ vars.none.x }}' },
        { lookups },
      ),
    ).toThrow(/in 'vars\.none\.x'$/);
  });

  it('renders texts where the step wants them', () => {
    const listTextFields = () => [['body']];
    expect(
      configOf(
        { body: '{"stage":"${{ ctx.stage }}"}', other: '[${{ 1 }}]' },
        { listTextFields },
      ),
    ).toEqual({ body: '{"stage":"test"}', other: [1] });
  });

  it('offers outputs and what is recorded about steps', () => {
    expect(
      configOf({
        output: '${{ outputs.one.x }}',
        ofTask: "${{ outputs['task::a'].y }}",
        absent: '${{ outputs.absent }}',
        status: "${{ stepMetas.one.Status == 'Succeeded' }}",
        task: '${{ task }}',
      }),
    ).toEqual({
      output: 1,
      ofTask: 2,
      absent: null,
      status: true,
      task: null,
    });
  });

  it('offers outputs of its own task', () => {
    const step = {
      as: 'task::b',
      config: { it: '${{ task.outputs.a.y }}', all: '${{ task.outputs }}' },
    };
    expect(atOnce(evaluateStepConfig(inputOf(step)))).toEqual({
      it: 2,
      all: { a: { y: 2 } },
    });
  });

  it.each<[string, [string, string][], string, unknown]>([
    [
      'in order',
      [
        ['a', '1'],
        ['b', '${{ vars.a }}2'],
      ],
      'b',
      12,
    ],
    ['typed like every template', [['a', '${{ 40 + 2 }}']], 'a', 42],
    ['as texts without expressions', [['a', '42']], 'a', '42'],
    [
      'not from those behind',
      [
        ['a', '${{ vars.b }}'],
        ['b', '1'],
      ],
      'a',
      null,
    ],
    [
      'the last of a name',
      [
        ['a', '1'],
        ['a', '${{ vars.a }}x'],
      ],
      'a',
      '1x',
    ],
    ['with any name', [['__proto__', '${{ 1 }}']], '__proto__', 1],
    ['without outputs', [['a', '${{ outputs }}']], 'a', null],
    ['knowing the step', [['a', '${{ ctx.meta.step.alias }}']], 'a', 'here'],
  ])('evaluates variables %s', (_, vars, name, value) => {
    const it = `\${{ quote(vars.${name}) == quote(${JSON.stringify(value)}) }}`;
    const equal = configOf({ it: it.replace('null', 'nil') }, { vars });
    expect(equal).toEqual({ it: true });
  });

  it('lets variables of the step see outputs and replace those of the Promotion', () => {
    const step = {
      vars: [
        { name: 'a', value: '${{ vars.a }}-${{ outputs.one.x }}' },
        { name: 'b', value: "${{ vars.a + '!' }}" },
      ],
      config: { it: '${{ vars.a }} ${{ vars.b }}' },
    };
    expect(
      atOnce(evaluateStepConfig(inputOf(step, { vars: [['a', 'p']] }))),
    ).toEqual({
      it: 'p-1 p-1!',
    });
  });

  it('evaluates nothing without config', () => {
    const vars: [string, string][] = [['broken', '${{ x.y }}']];
    expect(configOf({}, { vars })).toEqual({});
    expect(atOnce(evaluateStepConfig(inputOf({}, { vars })))).toEqual({});
    expect(() => configOf({ a: '1' }, { vars })).toThrow(
      'vars.broken: nil has no members',
    );
  });

  it('offers status functions to steps and not to variables', () => {
    expect(configOf({ it: '${{ success() }}' })).toEqual({ it: true });
    expect(() =>
      configOf({ it: '1' }, { vars: [['a', '${{ success() }}']] }),
    ).toThrow('vars.a: nil cannot be called');
  });

  it.each(['Get', 'Set', 'ToJSON', '__proto__', 'constructor', 'toString'])(
    'has no output %s that no step made',
    alias => {
      expect(configOf({ it: `\${{ outputs.${alias} }}` })).toEqual({
        it: null,
      });
      expect(configOf({ it: `\${{ stepMetas['${alias}'] }}` })).toEqual({
        it: null,
      });
    },
  );
});

describe('evaluateStepCondition', () => {
  const conditionOf = (source: string) =>
    atOnce(evaluateStepCondition(inputOf({ if: source })));

  it.each([
    ['${{ true }}', true],
    ["${{ 't' }}", true],
    ["${{ ctx.stage == 'prod' }}", false],
    ['${{ failure() }}', false],
  ])('%s: %s', (source, expected) => {
    expect(conditionOf(source)).toBe(expected);
  });

  it.each([
    ['true', 'not a plain text'],
    ['${{ 1 }}', 'not a number'],
    ["${{ 'yes' }}", 'not a string'],
    ['${{ nil }}', 'not nil'],
    ['${{ [] }}', 'not a list'],
  ])('refuses %s', (source, message) => {
    expect(() => conditionOf(source)).toThrow(
      expect.objectContaining({
        stage: 'coerce',
        message: expect.stringContaining(message),
      }),
    );
  });
});

describe('look-ups', () => {
  const DATA: Record<string, Found> = {
    'ConfigMap/project/cm': {
      kind: 'ConfigMap',
      data: { k: 'v', constructor: 'c' },
    },
    'Secret/project/sec': { kind: 'Secret', data: { token: 's3cr3t' } },
    'RepoCredentials/git/https://h/o/r.git': {
      kind: 'RepoCredentials',
      username: 'x-access-token',
      password: 'ghs-one-hour',
    },
    'RepoCredentials/image/https://h/o/r.git': {
      kind: 'RepoCredentials',
      password: 'of-the-registry',
      sshPrivateKey: 'a key',
    },
    'Warehouse//w1': {
      kind: 'Warehouse',
      subscriptions: [
        { image: { repoURL: 'ghcr.io/acme/app' } } as Subscription,
      ],
    },
  };

  const keyOf = (lookup: Lookup) =>
    lookup.kind === 'RepoCredentials'
      ? `${lookup.kind}/${lookup.type}/${lookup.repoURL}`
      : `${lookup.kind}/${'scope' in lookup ? lookup.scope : ''}/${
          lookup.name
        }`;

  /** Evaluates until nothing is asked for any more; tells what was. */
  function resolve(config: JsonObject): {
    asked: string[];
    result: JsonObject;
    lookups: LookupTable;
  } {
    const lookups = new LookupTable();
    const asked: string[] = [];
    for (;;) {
      try {
        const result = atOnce(
          evaluateStepConfig(inputOf({ config }, { lookups })),
        );
        return { asked, result, lookups };
      } catch (error) {
        if (!(error instanceof LookupNeeded)) throw error;
        const key = keyOf(error.lookup);
        asked.push(key);
        lookups.add(error.lookup, DATA[key]);
      }
    }
  }

  it('finds the credentials of a repository by what they are for, and remembers what is secret', () => {
    const { asked, result, lookups } = resolve({
      a: "${{ repoCredentials('https://h/o/r.git', 'git').Password }}",
      b: "${{ repoCredentials('https://h/o/r.git', 'git').username }}",
      c: "${{ repoCredentials('https://h/o/r.git', 'image').Password }}",
      d: "${{ repoCredentials('https://none/x', 'git') == nil }}",
    });
    expect(result).toEqual({
      a: 'ghs-one-hour',
      b: 'x-access-token',
      c: 'of-the-registry',
      d: true,
    });
    expect(asked).toEqual([
      'RepoCredentials/git/https://h/o/r.git',
      'RepoCredentials/image/https://h/o/r.git',
      'RepoCredentials/git/https://none/x',
    ]);
    expect(lookups.secretValues()).toEqual([
      'ghs-one-hour',
      'of-the-registry',
      'a key',
    ]);
  });

  it('may be asked for credentials that are not there', () => {
    const none = "repoCredentials('https://none/x', 'git')";
    expect(
      resolve({ a: `\${{ ${none}?.Password ?? 'anonymous' }}` }).result,
    ).toEqual({ a: 'anonymous' });
    expect(() => resolve({ a: `\${{ ${none}.Password }}` })).toThrow(/nil/);
  });

  it.each([
    [
      "'u', 'bogus'",
      'invalid credential type "bogus"; must be one of "git", "helm", or "image"',
    ],
    ["'u'", 'repoCredentials() does not take 1 arguments'],
    ["'u', 'git', 'x'", 'repoCredentials() does not take 3 arguments'],
    ["1, 'git'", 'repoCredentials()'],
    ["'u', 1", 'repoCredentials()'],
  ])('finds no credentials of (%s): %s', (args, message) => {
    expect(() => resolve({ a: `\${{ repoCredentials(${args}) }}` })).toThrow(
      message,
    );
  });

  it('asks for each thing once and evaluates again', () => {
    const { asked, result } = resolve({
      a: "${{ configMap('cm').k }}",
      b: "${{ configMap('cm').k + secret('sec').token }}",
      c: "${{ configMap('cm').k }}",
      d: "${{ imageFrom('ghcr.io/acme/app').Digest }}",
    });
    expect(asked).toEqual([
      'ConfigMap/project/cm',
      'Secret/project/sec',
      'Warehouse//w1',
    ]);
    expect(result).toEqual({ a: 'v', b: 'vs3cr3t', c: 'v', d: 'sha256:a' });
  });

  it('asks once for what does not exist, too', () => {
    const { asked, result } = resolve({
      a: "${{ configMap('none').k }}",
      b: "${{ 'k' in configMap('none') }}",
      c: "${{ freightMetadata('none')?.k ?? 'd' }}",
    });
    expect(asked).toEqual(['ConfigMap/project/none', 'Freight//none']);
    expect(result).toEqual({ a: '', b: false, c: 'd' });
  });

  it('does not ask for what is not evaluated', () => {
    const { asked } = resolve({ a: "${{ false ? secret('sec').token : 1 }}" });
    expect(asked).toEqual([]);
  });

  it('tells the values of all Secrets that were read', () => {
    const { lookups } = resolve({ a: "${{ secret('sec').token }}" });
    expect(lookups.secretValues()).toEqual(['s3cr3t']);
  });

  it('has no inherited keys in string maps', () => {
    const { result } = resolve({
      own: "${{ configMap('cm').constructor }}",
      inherited: "${{ configMap('cm').toString }}",
      prototype: "${{ configMap('cm').__proto__ }}",
      contained: "${{ '__proto__' in configMap('cm') }}",
    });
    expect(result).toEqual({
      own: 'c',
      inherited: '',
      prototype: '',
      contained: false,
    });
  });

  it.each([
    'nil + secret("sec").token',
    'secret("sec").token.x',
    'secret("sec").token + 1.5',
    'int(secret("sec").token)',
    'float(secret("sec").token)',
    'date(secret("sec").token)',
    'duration(secret("sec").token)',
    'timezone(secret("sec").token)',
    'fromJSON(secret("sec").token)',
    'fromBase64(secret("sec").token)',
    'semverParse(secret("sec").token)',
    'commitFrom(secret("sec").token).ID',
    'imageFrom(secret("sec").token).Tag',
    'chartFrom(secret("sec").token)',
    'chartFrom("x", secret("sec").token)',
    'artifactFrom(secret("sec").token).Version',
    'warehouse(secret("sec").token).Kind + 1',
    '[][secret("sec").token]',
    'vars[secret("sec").token].x',
    '"a" matches ("(" + secret("sec").token)',
    '{a: 1}[[secret("sec").token]]',
  ])('does not show a Secret when it fails: %s', source => {
    let message = '';
    try {
      resolve({ a: `\${{ ${source} }}` });
    } catch (error) {
      message = `${error} ${(error as Error).cause}`;
    }
    expect(message).not.toBe('');
    expect(message).not.toContain('s3cr3t');
  });
});
