/**
 * July 28, as the report of that day has it. Times count from 13:16, when the outage was first noticed. The containers had
 * stopped at an unknown time before, so that all of them were longer in truth.
 */

const minutes = (hours: number, rest: number) => (hours * 60 + rest) * 60;

/** In seconds. */
export const incident = {
  /** 15:10, to those who could do something. */
  toldSeconds: minutes(1, 54),
  /** 22:24. */
  diagnosedSeconds: minutes(9, 8),
  /** 22:39: rebuilt containers are back, and stores see ERR_CERT_COMMON_NAME_INVALID. */
  brokenSeconds: minutes(9, 23),
  /** 22:49. */
  revertedAuSeconds: minutes(9, 33),
  /** 22:56, which ended it. */
  revertedEuSeconds: minutes(9, 40),
} as const;

/** What is promised since. */
export const goals = {
  toldSeconds: 60,
  recoveredSeconds: 120,
  revertSeconds: 30,
} as const;
