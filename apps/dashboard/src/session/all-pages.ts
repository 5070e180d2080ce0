type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };

/** The most that a list gives at once. */
export const WHOLE_PAGE = 200;

/** All items of a list, page by page. @param read gives the page behind a cursor */
export async function allPages<T>(read: (cursor: { cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page<T> = await read(cursor === '' ? {} : { cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
