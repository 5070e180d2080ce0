import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';

/** Something that changes what is shown: when it is over, well or not, the pages that show it are read anew. */
export function useAct<Given, Answer>(
  act: (given: Given) => Promise<Answer>,
  ...shownAs: readonly QueryKey[]
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: async () => {
      await Promise.all(shownAs.map(async (queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
}
