/**
 * Does one after the other: what one of them cannot do keeps no other from its work.
 * @throws the first error, when all have been tried
 */
export async function inTurn(works: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const work of works) {
    await work().catch((error: unknown) => errors.push(error));
  }
  if (errors.length > 0) {
    throw errors[0];
  }
}
