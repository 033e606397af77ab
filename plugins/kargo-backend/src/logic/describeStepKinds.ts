import { JsonObject, StepKind, StepKinds } from 'backstage-plugin-kargo-common';
import type { AnyStep } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { byCodeUnit } from './derivedNames';

type DeclaredStep = Pick<AnyStep, 'id' | 'description' | 'config'>;

/** What clients are told of the kinds of steps, so that they can offer their fields. */
export function describeStepKinds(steps: Iterable<DeclaredStep>): StepKinds {
  return {
    items: [...steps]
      .map(describeStepKind)
      .sort((a, b) => byCodeUnit(a.name, b.name)),
  };
}

function describeStepKind({ id, description, config }: DeclaredStep): StepKind {
  // What is written has no defaults yet; what a schema only checks by code is anything.
  const schema = z.toJSONSchema(config, {
    io: 'input',
    unrepresentable: 'any',
  });
  return { name: id, description, config: schema as JsonObject };
}
