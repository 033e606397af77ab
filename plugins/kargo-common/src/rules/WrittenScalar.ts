import { ScalarValue } from './yamlScalar';

/** A scalar of YAML that is printed as somebody has written it. @public */
export class WrittenScalar {
  constructor(readonly text: string, readonly value: ScalarValue) {}
}

/** The tag by which the YAML library prints a {@link WrittenScalar}. @public */
export const WRITTEN_SCALAR_TAG = {
  tag: 'tag:kargo:written',
  default: true,
  identify: (value: unknown) => value instanceof WrittenScalar,
  resolve: (text: string) => text,
  stringify: ({ value }: { value: unknown }) =>
    value instanceof WrittenScalar ? value.text : '',
} as const;
