//! Windows in time.

use super::written::{OccurredDraft, WindowDraft};
use crate::condition::{Occurred, Window};
use crate::fault::{Code, Faults, Path};
use crate::limits::{WINDOW_MAX, WINDOW_MIN};
use crate::time::{Elapsed, Timestamp};

pub(super) fn check_window(draft: Option<&WindowDraft>, path: &Path<'_>, faults: &mut Faults) -> Option<Window> {
    let Some(draft) = draft else { return Some(Window::default()) };
    let mut read = |name: &str, text: &Option<String>| match text {
        None => Some(None),
        Some(text) => faults.keep(&path.field(name), Elapsed::parse(text, WINDOW_MIN, WINDOW_MAX)).map(Some),
    };
    let (not_before, within) = (read("notBefore", &draft.not_before)?, read("within", &draft.within)?);
    if not_before.zip(within).is_some_and(|(least, most)| least > most) {
        return faults.add(
            path,
            Code::OutOfRange,
            "`notBefore` must not be longer than `within`: nothing could ever match.",
        );
    }
    Some(Window { not_before, within })
}

pub(super) fn check_occurred(draft: Option<&OccurredDraft>, path: &Path<'_>, faults: &mut Faults) -> Option<Occurred> {
    let Some(draft) = draft else { return Some(Occurred::default()) };
    let mut read = |name: &str, text: &Option<String>| match text {
        None => Some(None),
        Some(text) => {
            faults.keep(&path.field(name), Timestamp::parse(text).map_err(|message| (Code::Invalid, message))).map(Some)
        }
    };
    let (after, before) = (read("after", &draft.after)?, read("before", &draft.before)?);
    if after.zip(before).is_some_and(|(after, before)| after >= before) {
        return faults.add(path, Code::OutOfRange, "`after` must be earlier than `before`: nothing could ever match.");
    }
    Some(Occurred { after, before })
}
