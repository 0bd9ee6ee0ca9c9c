export const LINE_WIDTH = 100;
export const LINE_HEIGHT = 20;

/** Returns the path through the hours that have a latency, in ms; where there was no delivery, the line ends. */
export function latencyLine(hours: readonly (number | null)[]): string {
  const most = Math.max(1, ...hours.map((ms) => ms ?? 0));
  return hours
    .map((ms, index) => {
      if (ms === null) return '';
      const x = (index / Math.max(1, hours.length - 1)) * LINE_WIDTH;
      const place = `${x} ${LINE_HEIGHT - (ms / most) * LINE_HEIGHT}`;
      // A single hour is a dot, which a line of no length with round ends draws.
      return (hours[index - 1] ?? null) === null ? ['M', place, 'L', place].join('') : `L${place}`;
    })
    .join('');
}
