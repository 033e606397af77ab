/**
 * Gives every element a height, and more to scroll: nothing has a size in jsdom, and what has
 * none shows no row of a long list. `jest.restoreAllMocks` takes it back.
 */
export function giveHeights(): void {
  const { prototype } = Element;
  jest.spyOn(prototype, 'clientHeight', 'get').mockReturnValue(600);
  jest.spyOn(prototype, 'scrollHeight', 'get').mockReturnValue(6000);
}
