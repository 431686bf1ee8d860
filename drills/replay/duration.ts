/** Seconds in words: `0.04 s`, `9.4 s`, `59 s`, `10 min`, `1 min 05 s`, `9 h 08 min`. */
export function duration(seconds: number): string {
  const [hundredths, tenths] = [seconds.toFixed(2), seconds.toFixed(1)];
  if (Number(hundredths) < 1) return `${hundredths} s`;
  if (Number(tenths) < 10) return `${tenths} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${hours} h ${two(minutes)} min`;
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${two(rest)} s`;
}
