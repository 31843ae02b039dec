/** Everything that somebody may be told of a task. */
export const NOTICE_KINDS = [
  'started',
  'heartbeat',
  'progress',
  'waiting-input',
  'answered',
  'stalled',
  'crashed',
  'resumed',
  'rate-limited',
  'timeout',
  'finished',
  'failed',
  'gave-up',
  'cancelled',
  'daemon-recovered',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
