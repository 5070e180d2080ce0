/** What jobs of the peers are filed under. */
export const QUEUE = 'nothing';
