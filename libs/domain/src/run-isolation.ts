/** How far an agent keeps what runs execute apart from itself and from each other. */
export const RUN_ISOLATION = ['sandbox', 'none'] as const;
export type RunIsolation = (typeof RUN_ISOLATION)[number];
