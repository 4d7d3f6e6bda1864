//! What the customer sells, as far as conditions ask for it (R22): products, the categories that they belong to, and
//! order forms. Each is named by an id of the customer's own.

use crate::fault::{self, Code, Fault, Faults, Path};
use crate::limits::{CATEGORIES_DEPTH_MAX, CATEGORIES_PER_PRODUCT_MAX, EXTERNAL_ID_CHARS_MAX, NAME_CHARS_MAX};
use crate::patch::Patch;
use std::collections::BTreeSet;

/// A category or an order form as callers write it; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedDraft {
    /// The customer's own id.
    pub external_id: String,
    /// Its name; the external id, where nobody said.
    pub name: Patch<String>,
}

/// A category as callers write it; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CategoryDraft {
    /// What it is called.
    pub named: NamedDraft,
    /// The category within which it lies, by the customer's own id: what belongs to this one belongs to that one too.
    pub parent: Patch<String>,
}

/// A product as callers write it; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductDraft {
    /// The customer's own id.
    pub external_id: String,
    /// Its name; the external id, where nobody said.
    pub name: Patch<String>,
    /// The categories that it belongs to, by the customer's own ids; replaced as a whole.
    pub categories: Patch<Vec<String>>,
}

/// A draft that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedNamed {
    /// The customer's own id.
    pub external_id: String,
    /// Its name.
    pub name: Patch<String>,
}

/// A draft of a category that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedCategory {
    /// What it is called.
    pub named: CheckedNamed,
    /// Within which category it lies, by the customer's own id.
    pub parent: Patch<String>,
}

/// A draft of a product that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedProduct {
    /// What it is called.
    pub named: CheckedNamed,
    /// Its categories in the order in which they were written, by the customer's own ids; none, if they stay.
    pub categories: Option<Vec<String>>,
}

impl NamedDraft {
    /// Checks the draft.
    ///
    /// # Errors
    /// Every fault of the draft, with paths below `path`.
    pub fn check(&self, path: &Path<'_>) -> Result<CheckedNamed, Vec<Fault>> {
        let mut faults = Faults::none();
        let read = named(&self.external_id, &self.name, path, &mut faults);
        faults.or_value(read)
    }
}

impl CategoryDraft {
    /// Checks the draft.
    ///
    /// # Errors
    /// Every fault of the draft, with paths below `path`.
    pub fn check(&self, path: &Path<'_>) -> Result<CheckedCategory, Vec<Fault>> {
        let mut faults = Faults::none();
        let named = named(&self.named.external_id, &self.named.name, path, &mut faults);
        let parent_path = path.field("parentExternalId");
        let parent = self.parent.as_ref().read(|id| faults.keep(&parent_path, fault::key(id, EXTERNAL_ID_CHARS_MAX)));
        faults.or_value(named.zip(parent).map(|(named, parent)| CheckedCategory { named, parent }))
    }
}

/// Whether a category may lie within another: `chain` is that one and those within which it lies, `height` the levels
/// that the category itself has.
///
/// # Errors
/// A fault at `path`, if it would contain itself or the tree would get too deep.
pub fn may_lie_within<Id: PartialEq>(category: &Id, chain: &[Id], height: usize, path: &Path<'_>) -> Result<(), Fault> {
    if chain.contains(category) {
        let message = "It would contain itself: the category that you name is this one, or lies within it.";
        return Err(path.fault(Code::Invalid, message));
    }
    if chain.len().saturating_add(height) > CATEGORIES_DEPTH_MAX {
        let message = format!("Categories lie within each other at most {CATEGORIES_DEPTH_MAX} levels deep.");
        return Err(path.fault(Code::TooMany, message));
    }
    Ok(())
}

impl ProductDraft {
    /// Checks the draft.
    ///
    /// # Errors
    /// Every fault of the draft, with paths below `path`.
    pub fn check(&self, path: &Path<'_>) -> Result<CheckedProduct, Vec<Fault>> {
        let mut faults = Faults::none();
        let named = named(&self.external_id, &self.name, path, &mut faults);
        let categories = match &self.categories {
            Patch::Keep => Some(None),
            Patch::Clear => Some(Some(Vec::new())),
            Patch::Set(ids) => categories(ids, &path.field("categoryExternalIds"), &mut faults).map(Some),
        };
        faults.or_value(named.zip(categories).map(|(named, categories)| CheckedProduct { named, categories }))
    }
}

fn named(external_id: &str, name: &Patch<String>, path: &Path<'_>, faults: &mut Faults) -> Option<CheckedNamed> {
    let external_id = faults.keep(&path.field("externalId"), fault::key(external_id, EXTERNAL_ID_CHARS_MAX));
    let read = |text: &String| faults.keep(&path.field("name"), fault::text(text, NAME_CHARS_MAX));
    let name = name.as_ref().read(read);
    external_id.zip(name).map(|(external_id, name)| CheckedNamed { external_id, name })
}

fn categories(ids: &[String], path: &Path<'_>, faults: &mut Faults) -> Option<Vec<String>> {
    if ids.len() > CATEGORIES_PER_PRODUCT_MAX {
        let message = format!("Has {} categories; at most {CATEGORIES_PER_PRODUCT_MAX} are allowed.", ids.len());
        return faults.add(path, Code::TooMany, message);
    }
    // Each is read, so that every fault is named.
    let read: Vec<_> = (ids.iter().enumerate())
        .map(|(place, id)| faults.keep(&path.index(place), fault::key(id, EXTERNAL_ID_CHARS_MAX)))
        .collect();
    read.into_iter().collect()
}

impl CheckedNamed {
    /// The name after the change, if it was `present`; without one it bears the external id.
    pub fn name_after(&self, present: Option<&str>) -> String {
        let name = self.name.clone().apply(present.map(str::to_owned));
        name.unwrap_or_else(|| self.external_id.clone())
    }
}

impl CheckedProduct {
    /// Faults for the categories that are not among `known`, each at its place below `path`.
    pub fn unknown_categories(&self, known: &BTreeSet<&str>, path: &Path<'_>) -> Vec<Fault> {
        let (path, ids) = (path.field("categoryExternalIds"), self.categories.iter().flatten().enumerate());
        let unknown = ids.filter(|(_, id)| !known.contains(id.as_str()));
        let message = |id| format!("There is no category `{id}` in this workspace; make it with `categoryUpsert`.");
        unknown.map(|(place, id)| path.index(place).fault(Code::NotFound, message(id))).collect()
    }
}

/// The columns of an import, in their order.
pub const IMPORT_COLUMNS: [&str; 3] = ["external_id", "name", "categories"];
/// What stands between the categories of a product in an import.
const CATEGORY_SEPARATOR: char = '|';

/// Why a row of an import is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// The column at fault; none, if it is the row.
    pub column: Option<&'static str>,
    /// What kind of wrong.
    pub code: Code,
    /// A sentence for a person, with the way out.
    pub message: String,
}

/// Reads a row of an import, which says all of a product: its name, and every category that it belongs to.
///
/// # Errors
/// Its first fault.
pub fn import_row(fields: &[&str]) -> Result<CheckedProduct, RowFault> {
    let [external_id, name, categories] = fields else {
        let message = format!("Has {} columns; {} are wanted.", fields.len(), IMPORT_COLUMNS.len());
        return Err(RowFault { column: None, code: Code::Invalid, message });
    };
    let categories = match *categories {
        "" => Vec::new(),
        some => some.split(CATEGORY_SEPARATOR).map(|id| id.trim().to_owned()).collect(),
    };
    let draft = ProductDraft {
        external_id: (*external_id).to_owned(),
        name: Patch::Set((*name).to_owned()),
        categories: Patch::Set(categories),
    };
    draft.check(&Path::root("row")).map_err(|faults| faults.into_iter().next().map_or_else(no_fault, row_fault))
}

fn row_fault(fault: Fault) -> RowFault {
    let [of_id, of_name, of_categories] = IMPORT_COLUMNS;
    let column = match fault.path.get(1).map(String::as_str) {
        Some("externalId") => Some(of_id),
        Some("name") => Some(of_name),
        Some("categoryExternalIds") => Some(of_categories),
        _ => None,
    };
    RowFault { column, code: fault.code, message: fault.message }
}

/// A draft that was refused has a fault; should it have none, so does the row.
fn no_fault() -> RowFault {
    RowFault { column: None, code: Code::Invalid, message: "Cannot be read.".to_owned() }
}

/// A text as a search compares it: in small letters, each by itself, whatever stands beside it.
pub fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(faults: &[Fault]) -> Vec<String> {
        faults.iter().map(|fault| format!("{} {}", fault.code.as_str(), fault.path.join("."))).collect()
    }

    fn set(text: &str) -> Patch<String> {
        Patch::Set(text.to_owned())
    }

    #[test]
    fn every_fault_of_a_draft_is_named_with_its_place() {
        let ids = |ids: &[&str]| Patch::Set(ids.iter().map(|id| (*id).to_owned()).collect());
        let many = |count: usize| Patch::Set((0..count).map(|place| format!("c{place}")).collect());
        let long = "x".repeat(201);
        for (external_id, name, categories, expected) in [
            ("p", Patch::Keep, Patch::Keep, &[][..]),
            ("p", Patch::Clear, Patch::Clear, &[]),
            ("p", set(" Soap "), ids(&["a", "b"]), &[]),
            ("p", set("Soap"), many(50), &[]),
            ("", Patch::Keep, Patch::Keep, &["BLANK input.externalId"]),
            (" p", Patch::Keep, Patch::Keep, &["INVALID input.externalId"]),
            ("p\0", Patch::Keep, Patch::Keep, &["INVALID input.externalId"]),
            (&long, set(&long), Patch::Keep, &["TOO_LONG input.externalId", "TOO_LONG input.name"]),
            ("p", set(" "), Patch::Keep, &["BLANK input.name"]),
            ("p", Patch::Keep, many(51), &["TOO_MANY input.categoryExternalIds"]),
            (
                "p",
                Patch::Keep,
                ids(&["", "a", " b"]),
                &["BLANK input.categoryExternalIds.0", "INVALID input.categoryExternalIds.2"],
            ),
            (
                "",
                set(""),
                ids(&[""]),
                &["BLANK input.externalId", "BLANK input.name", "BLANK input.categoryExternalIds.0"],
            ),
        ] {
            let draft = ProductDraft { external_id: external_id.to_owned(), name: name.clone(), categories };
            let path = Path::root("input");
            assert_eq!(draft.check(&path).err().map_or(Vec::new(), |faults| told(&faults)), expected, "{draft:?}");
            let of_name = NamedDraft { external_id: external_id.to_owned(), name }.check(&path);
            let of_name = of_name.err().map_or(Vec::new(), |faults| told(&faults));
            let expected: Vec<_> = expected.iter().filter(|told| !told.contains("categoryExternalIds")).collect();
            assert_eq!(of_name.iter().collect::<Vec<_>>(), expected, "{draft:?}");
        }
    }

    #[test]
    fn no_category_contains_itself_and_none_lies_too_deep() {
        let chain: Vec<_> = (0..CATEGORIES_DEPTH_MAX - 1).collect();
        let code = |category: usize, chain: &[usize], height: usize| {
            may_lie_within(&category, chain, height, &Path::root("input")).err().map(|fault| fault.code)
        };
        assert_eq!(code(99, &chain, 1), None);
        assert_eq!(code(99, &chain, 2), Some(Code::TooMany));
        assert_eq!(code(0, &[0], 1), Some(Code::Invalid));
        assert_eq!(code(3, &chain, 1), Some(Code::Invalid));
    }

    #[test]
    fn a_name_stays_is_set_or_gives_way_to_the_external_id() {
        for (name, present, expected) in [
            (Patch::Keep, None, "p"),
            (Patch::Keep, Some("Soap"), "Soap"),
            (Patch::Clear, Some("Soap"), "p"),
            (set("Bar"), Some("Soap"), "Bar"),
            (set("Bar"), None, "Bar"),
        ] {
            let named = CheckedNamed { external_id: "p".to_owned(), name };
            assert_eq!(named.name_after(present), expected, "{named:?}, {present:?}");
        }
    }

    #[test]
    fn categories_that_nobody_knows_are_named_with_their_places() {
        let named = CheckedNamed { external_id: "p".to_owned(), name: Patch::Keep };
        let categories = ["a", "b", "c"].map(str::to_owned).to_vec();
        let product = CheckedProduct { named, categories: Some(categories) };
        let unknown =
            |known: &[&str]| told(&product.unknown_categories(&known.iter().copied().collect(), &Path::root("input")));
        assert_eq!(unknown(&["a", "b", "c"]), [""; 0]);
        assert_eq!(unknown(&["b"]), ["NOT_FOUND input.categoryExternalIds.0", "NOT_FOUND input.categoryExternalIds.2"]);
        let stays = CheckedProduct { categories: None, ..product.clone() };
        assert!(stays.unknown_categories(&BTreeSet::new(), &Path::root("input")).is_empty());
    }

    #[test]
    fn a_row_says_all_of_a_product_or_what_is_wrong_with_it() {
        let long = format!("{}c", "c|".repeat(50));
        for (fields, expected) in [
            (&["p", "Soap", ""][..], Ok(vec![])),
            (&["p", "Soap", "a"], Ok(vec!["a"])),
            (&["p", "Soap", "a | b|a"], Ok(vec!["a", "b", "a"])),
            (&["", "Soap", ""], Err((Some("external_id"), Code::Blank))),
            (&["p", "", ""], Err((Some("name"), Code::Blank))),
            (&["p", "Soap", "a||b"], Err((Some("categories"), Code::Blank))),
            (&["p", "Soap", "|"], Err((Some("categories"), Code::Blank))),
            (&["p", "Soap", &long], Err((Some("categories"), Code::TooMany))),
            (&["", "", "|"], Err((Some("external_id"), Code::Blank))),
            (&["p", "Soap"], Err((None, Code::Invalid))),
            (&["p", "Soap", "", ""], Err((None, Code::Invalid))),
        ] {
            let read = import_row(fields).map(|product| product.categories.unwrap_or_default());
            let expected = expected.map(|ids| ids.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(read.map_err(|fault| (fault.column, fault.code)), expected, "{fields:?}");
        }
    }

    #[test]
    fn a_search_pays_no_heed_to_capitals() {
        for (text, expected) in [("Soap BAR", "soap bar"), ("ÜBER", "über"), ("ΟΔΟΣ", "οδοσ"), ("a%_\\", "a%_\\")]
        {
            assert_eq!(folded(text), expected);
        }
    }
}
