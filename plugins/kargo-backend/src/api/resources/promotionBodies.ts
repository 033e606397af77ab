import { z } from 'zod';
import { optionalText } from './optionalText';

const freightSelection = {
  freight: optionalText.describe('Name of the Freight'),
  freightAlias: optionalText,
};

/** Body of a promotion. */
export const PromoteBody = z
  .strictObject({
    ...freightSelection,
    origin: optionalText.describe(
      '`Warehouse/<name>`: what automation would choose now',
    ),
  })
  .refine(body => Object.values(body).filter(Boolean).length === 1, {
    error: 'expected exactly one of freight, freightAlias and origin',
  });

/** Body of a promotion to all downstream Stages. */
export const PromoteDownstreamBody = z
  .strictObject(freightSelection)
  .refine(body => Object.values(body).filter(Boolean).length === 1, {
    error: 'expected exactly one of freight and freightAlias',
  });
