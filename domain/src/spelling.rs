//! Slips of the keyboard: which name was meant.

/// The candidate most like what was typed, if any is alike at all.
pub fn nearest<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.6;
    let typed = typed.to_lowercase();
    candidates
        .map(|candidate| (strsim::jaro_winkler(&typed, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_the_nearest_name() {
        let keys = || ["purchase.made", "tag.applied", "event.custom"].into_iter();
        assert_eq!(nearest("purchase.maed", keys()), Some("purchase.made"));
        assert_eq!(nearest("tag.aplied", keys()), Some("tag.applied"));
        assert_eq!(nearest("card", ["CARD", "CASH"].into_iter()), Some("CARD"));
        assert_eq!(nearest("zzz", keys()), None);
    }
}
