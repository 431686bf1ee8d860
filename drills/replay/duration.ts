/** Seconds in words: `0.4 s`, `59 s`, `10 min`, `1 min 05 s`, `9 h 08 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${hours} h ${two(minutes)} min`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${two(rest)} s`;
}
