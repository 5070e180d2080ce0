/** How a person names a thing: no name may look like an id. */
export type IdOrName = { readonly id: string } | { readonly name: string };
