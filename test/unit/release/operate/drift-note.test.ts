import { driftNoteText, driftTag, readDriftNote } from "../../../../release/operate/drift-note.ts";

const at = "2026-07-28T02:00:00.000Z";

test.each([{ at, found: 0 }, { at, found: 12 }, { at }])("the note %j is read as it was written", (note) => {
  expect(readDriftNote({ [driftTag]: driftNoteText(note) })).toEqual(note);
});

test.each<Record<string, string>>([
  {},
  { [driftTag]: "" },
  { [driftTag]: "yesterday 3" },
  { [driftTag]: `${at} many` },
])("%j is none", (tags) => {
  expect(readDriftNote(tags)).toBeUndefined();
});
