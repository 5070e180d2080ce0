/** The measured values from the smallest to the largest; a percentile is the value of its rank, none is made up. */
export function summarize(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const rank = (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return { min: sorted[0], median: rank(0.5), p95: rank(0.95), max: sorted.at(-1) };
}
