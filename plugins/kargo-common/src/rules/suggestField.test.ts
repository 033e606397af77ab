import { z } from 'zod';
import { suggestField } from './suggestField';

const schema = z.object({ name: z.string(), constraint: z.string() });

describe('what is said of an unknown field', () => {
  it.each([
    ['nam', '"name"'],
    ['Names', '"name"'],
    ['naem', '"name"'],
    ['constrain', '"constraint"'],
    ['constr', 'one of name, constraint'],
    ['nnname', '"name"'],
    ['nnnname', 'one of name, constraint'],
    ['semverConstraint', '"constraint"'],
  ])('for %s is %s', (unknown, expected) => {
    expect(suggestField(schema, [], unknown)).toBe(expected);
  });

  it('is not found out letter by letter of one that is none by its length', () => {
    const compared = jest.spyOn(Math, 'min');
    suggestField(schema, [], 'n'.repeat(1_000));
    expect(compared).not.toHaveBeenCalled();
    suggestField(schema, [], 'nane');
    expect(compared).toHaveBeenCalled();
    compared.mockRestore();
  });
});
