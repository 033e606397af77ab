import {
  compile,
  CompileOptions,
  FunctionDeclaration,
  HostObject,
  HostType,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import { measure } from './measure';
import { createStepConfigWork } from './stepConfig';

const IMAGE: HostType = {
  name: 'Image',
  members: new Map(
    ['RepoURL', 'Tag', 'Digest'].map(name => [
      name,
      { type: Types.string, json: name, omitEmpty: true },
    ]),
  ),
};

const image = new HostObject(
  IMAGE,
  new Map<string, Value>([
    ['RepoURL', 'ghcr.io/acme/app'],
    ['Tag', '1.10'],
    ['Digest', 'sha256:aa11'],
  ]),
);

/** A look-up like the product's own, answered from memory. */
const imageFrom: FunctionDeclaration = {
  name: 'imageFrom',
  overloads: [{ parameters: [Types.string], result: Types.object(IMAGE) }],
  call: ([url]) => (url === 'ghcr.io/acme/app' ? image : null),
};

const options: CompileOptions = { functions: [imageFrom] };

const environment: Value = {
  vars: { a: 'web', b: 'blue', image: 'ghcr.io/acme/app' },
  numbers: Array.from({ length: 1000 }, (_, i) => i),
};

/** The expressions measured, by what they stand for. */
const CASES: Record<string, string> = {
  concatenation: 'vars.a + "-" + vars.b',
  hostCall: 'imageFrom(vars.image).Tag',
  thousandElements: 'reduce(map(filter(numbers, # > 99), # * 2), #acc + #, 0)',
};

/** Measures compiling and running typical expressions, and evaluating the config of a whole step. */
export async function run(): Promise<object> {
  const expressions = Object.entries(CASES).map(([name, source]) => {
    const program = compile(source, options);
    return [
      name,
      {
        source,
        compile: measure(() => compile(source, options)),
        run: measure(() => program.run(environment)),
      },
    ];
  });
  return {
    ...Object.fromEntries(expressions),
    stepConfig: measure(createStepConfigWork()),
  };
}
