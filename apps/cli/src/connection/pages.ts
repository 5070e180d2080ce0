import type { Page } from '../output/output.js';

/** What one answer of the api holds at the most. */
const LARGEST_PAGE = 200;

/** So many of a list, however many answers that takes; `nextCursor` tells whether there is more. */
export async function pagesOf<Item>(
  limit: number,
  read: (query: { readonly limit: number; readonly cursor?: string }) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await read({
      limit: Math.min(LARGEST_PAGE, limit - items.length),
      ...(cursor === null ? {} : { cursor }),
    });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < limit);
  return { items, nextCursor: cursor };
}
