const ESC = '\u001b';
const CSI = `(?:${ESC}\\[|\u009b)[0-?]*[ -/]*[@-~]`;
/** OSC, DCS, SOS, PM and APC: everything up to their terminator, or to the end of the line where that is missing. */
const STRING = `(?:${ESC}[\\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|${ESC}\\\\|\u009c)?`;
const OTHER = `${ESC}[ -/]*[0-~]`;
const SEQUENCES = new RegExp(`${STRING}|${CSI}|${OTHER}`, 'g');
const CONTROLS = /(?![\n\t])\p{Cc}/gu; // C0, DEL and C1
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g; // they make a line read otherwise than it is written

/** Most text is: to make the patterns above ready takes 1 ms, which a person who asks for a list would wait for (Node 20). */
const HARMLESS = /^[\t\n -~]*$/;

/**
 * Text from outside that a terminal can be trusted with: no escape sequence and no control character but LF and TAB is
 * left, and every kind of line end is LF. Whoever prints what an agent said prints it through this.
 */
export const plainText = (text: string): string => (HARMLESS.test(text) ? text : cleaned(text));

const cleaned = (text: string): string =>
  text.replace(SEQUENCES, '').replace(/\r\n?/g, '\n').replace(CONTROLS, '').replace(BIDI, '');

/** Words with one space between: what nothing has to be done to. */
const TIDY = /^[!-~]*(?: [!-~]+)*$/;

/** The same in one line. */
export const plainLine = (text: string): string =>
  TIDY.test(text) ? text : plainText(text).replace(/\s+/g, ' ').trim();
