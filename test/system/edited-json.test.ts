import { describe, expect, test } from 'vitest';
import { EditedJsonError, readEditedJson } from '../../src/system/edited-json.ts';

const faultIn = (text: string): unknown => {
  try {
    return readEditedJson(text).value;
  } catch (error) {
    return error instanceof EditedJsonError ? `${error.line}: ${error.message}` : error;
  }
};

describe('a text that a person has edited', () => {
  test.each(['{}', '[]', ' {"a": [1, -2.5e3, "x\\n\\u00e9\\"{,}", true, null, {"b": {}}], "c": ""}\r\n', '7', '"x"'])(
    'is read as JSON.parse reads it: %j',
    (text) => expect(readEditedJson(text).value).toEqual(JSON.parse(text)),
  );

  test.each([
    ['', '1: the text ends too early'],
    ['{\n  "a": 1\n  "b": 2\n}', '3: "," is missing before "\\"b\\""'],
    ['{\n  "a": 1,\n}', '3: the "," before "}" is one too many'],
    ['[1,\n]', '2: the "," before "]" is one too many'],
    ['{\n"a": yes}', '2: "yes" is not expected here'],
    ['{"a": 01}', '1: "01" is not expected here'],
    ['{\n\n// why\n"a": 1}', '3: a name in double quotes is missing before "//"'],
    ["{'a': 1}", '1: a name in double quotes is missing before "\'a\'"'],
    ['{"a": "two\nlines"}', '1: "\\"" is not expected here'],
    ['{"a": 1', '1: "," is missing before the end'],
    ['{} {}', '1: there is more after the end'],
    ['{"a": 1,\n "b": 2,\n "a": 3}', '3: "a" is there twice'],
    ['{"a": {"b": 1, "b": 1}}', '1: "b" is there twice'],
    ['{\n"__proto__": {"allowFull": true}}', '2: "__proto__" cannot be a name'],
    ['{"\\u005f_proto__": 1}', '1: "__proto__" cannot be a name'],
    ['\ufeff{}', '1: it begins with a byte order mark: save it without'],
  ])('is refused with its line: %j', (text, fault) => {
    expect(faultIn(text)).toBe(fault);
  });

  test('is refused where it is nested too deeply to be meant', () => {
    expect(faultIn('['.repeat(100_000))).toBe('1: it is nested too deeply');
  });

  test('names the line of each value, or of what it is missing from', () => {
    const { lineOf } = readEditedJson('{\n  "a": {\n    "b": [\n      1,\n      2\n    ]\n  }\n}');
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 1], ['a', 'c'], ['x', 'y']].map(lineOf)).toEqual([1, 2, 3, 5, 2, 1]);
  });
});
