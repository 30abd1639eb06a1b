// Figures of several rounds as their median with the spread.

/** Of numbers: `{ median, min, max }`. */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/** The value below which the given share lies, e.g. 0.99. */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** `0.42 (0.36 to 0.44)`; a single value stands alone. */
export function shown({ median, min, max }, digits = 2) {
  const fixed = (value) => value.toFixed(digits);
  return min === max ? fixed(median) : `${fixed(median)} (${fixed(min)} to ${fixed(max)})`;
}
