//! Products out of a file, many at once: a bad row is refused alone, and the others go through.

use super::{Authoring, AuthoringError, Category, Made};
use crate::store::named::{self, Entry};
use crate::store::{Tx, workspace};
use offramp_domain::fault::{Code, Path};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::limits::{IMPORT_BYTES_MAX, IMPORT_ROWS_MAX};
use offramp_domain::product::{CheckedProduct, IMPORT_COLUMNS, RowFault, import_row};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What became of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Products that were made.
    pub made: usize,
    /// Products that were changed.
    pub changed: usize,
    /// Products that were as the file says.
    pub unchanged: usize,
    /// Categories that were made.
    pub categories_made: usize,
    /// Rows that were refused, in their order.
    pub refused: Vec<RefusedRow>,
}

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Why.
    pub fault: RowFault,
}

/// What a file says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rows {
    products: Vec<CheckedProduct>,
    refused: Vec<RefusedRow>,
}

impl Authoring {
    /// Makes and changes products as a CSV text says, with the columns `external_id`, `name` and `categories`; categories
    /// that do not exist are made.
    ///
    /// # Errors
    /// See [`AuthoringError`]: the faults of the whole. Those of single rows are in what it gives back.
    pub async fn import_products(&self, workspace: WorkspaceId, csv: &str) -> Result<Imported, AuthoringError> {
        let rows = read(csv);
        let path = Path::root("input");
        let rows = rows.map_err(|(code, message)| AuthoringError::one(&path.field("csv"), code, message))?;
        self.in_transaction(|tx| self.import(tx, workspace, &rows)).await
    }

    async fn import(&self, tx: Tx, workspace: WorkspaceId, rows: &Rows) -> Made<Imported> {
        workspace::hold_for_change(&tx, workspace).await?;
        let (categories, categories_made) = self.ensure_categories(&tx, workspace, &rows.products).await?;
        let written = self.write_products(&tx, workspace, &rows.products, &categories).await?;
        let imported = Imported {
            made: written.made,
            changed: written.changed,
            unchanged: rows.products.len().saturating_sub(written.made).saturating_sub(written.changed),
            categories_made,
            refused: rows.refused.clone(),
        };
        Ok((tx, imported))
    }

    /// The ids of the categories that products name, and how many of them had to be made.
    async fn ensure_categories(
        &self,
        tx: &Tx,
        workspace: WorkspaceId,
        products: &[CheckedProduct],
    ) -> Result<(BTreeMap<String, Uuid>, usize), AuthoringError> {
        let names: BTreeSet<&str> =
            products.iter().flat_map(|product| product.categories.iter().flatten()).map(String::as_str).collect();
        let known = named::find_by_external_ids::<Category>(tx, workspace, names.iter().copied()).await?;
        let missing: Vec<_> = (names.into_iter().filter(|name| !known.contains_key(*name)))
            .map(|name| Entry { id: self.clock.fresh_id(), external_id: name.to_owned(), name: name.to_owned() })
            .collect();
        self.upsert_all::<Category>(tx, workspace, &missing).await?;
        let made = missing.len();
        let made_ids = missing.into_iter().map(|entry| (entry.external_id, entry.id));
        Ok((known.into_iter().map(|(name, row)| (name, row.id)).chain(made_ids).collect(), made))
    }
}

/// Reads a file.
fn read(text: &str) -> Result<Rows, (Code, String)> {
    if text.len() > IMPORT_BYTES_MAX {
        let message = format!("Has {} bytes; at most {IMPORT_BYTES_MAX} are allowed. Split it.", text.len());
        return Err((Code::TooLong, message));
    }
    // Spreadsheets put a byte order mark at the beginning.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| (Code::Invalid, format!("Cannot be read as CSV ({error})."));
    if reader.headers().map_err(unreadable)? != IMPORT_COLUMNS.as_slice() {
        return Err((Code::Invalid, format!("The first line must be `{}`.", IMPORT_COLUMNS.join(","))));
    }
    let (mut rows, mut lines, mut record) =
        (Rows::default(), Lines { text, byte: 0, line: 1 }, csv::StringRecord::new());
    let mut line_of = BTreeMap::new();
    loop {
        let line = lines.at(reader.position().byte());
        if !reader.read_record(&mut record).map_err(unreadable)? {
            return Ok(rows);
        }
        if rows.products.len().saturating_add(rows.refused.len()) == IMPORT_ROWS_MAX {
            return Err((Code::TooMany, format!("Has more than {IMPORT_ROWS_MAX} rows. Split it.")));
        }
        let fields: Vec<_> = record.iter().collect();
        let read = import_row(&fields).and_then(|product| once(product, &line_of));
        match read {
            Ok(product) => {
                line_of.insert(product.named.external_id.clone(), line);
                rows.products.push(product);
            }
            Err(fault) => rows.refused.push(RefusedRow { line, fault }),
        }
    }
}

/// Refuses a product that an earlier line has: which of them is meant is not ours to say.
fn once(product: CheckedProduct, line_of: &BTreeMap<String, usize>) -> Result<CheckedProduct, RowFault> {
    match line_of.get(&product.named.external_id) {
        None => Ok(product),
        Some(line) => {
            let message = format!("Line {line} has `{}` already; name each product once.", product.named.external_id);
            Err(RowFault { column: IMPORT_COLUMNS.first().copied(), code: Code::Taken, message })
        }
    }
}

/// Walks along a text and counts its lines.
struct Lines<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of the first row at or after this place, which lies not before the last one. Empty lines are no rows.
    fn at(&mut self, byte: u64) -> usize {
        let end = usize::try_from(byte).unwrap_or(usize::MAX);
        let rest = self.text.as_bytes().iter().enumerate().skip(self.byte);
        for (place, letter) in rest {
            self.byte = place;
            if place >= end && !matches!(letter, b'\r' | b'\n') {
                break;
            }
            self.line += usize::from(*letter == b'\n');
            self.byte = place.saturating_add(1);
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line, the column and the code of a row that was refused.
    type Refused = (usize, Option<&'static str>, Code);

    fn lines(text: &str) -> Result<(Vec<String>, Vec<Refused>), Code> {
        let rows = read(text).map_err(|(code, _)| code)?;
        let products = rows.products.into_iter().map(|product| product.named.external_id).collect();
        let refused = rows.refused.into_iter().map(|row| (row.line, row.fault.column, row.fault.code)).collect();
        Ok((products, refused))
    }

    #[test]
    fn a_bad_row_is_refused_alone_with_its_line_and_column() {
        for (rows, products, refused) in [
            ("", &[][..], &[][..]),
            ("a,A,\nb,B,x|y\n", &["a", "b"], &[]),
            ("a,A,\r\nb,B,x|y", &["a", "b"], &[]),
            (
                "a,A,\n\n\n,B,\nc,,\nd,D,x||y\n",
                &["a"],
                &[
                    (5, Some("external_id"), Code::Blank),
                    (6, Some("name"), Code::Blank),
                    (7, Some("categories"), Code::Blank),
                ],
            ),
            ("a,A,\r\n\r\n,B,\r\n", &["a"], &[(4, Some("external_id"), Code::Blank)]),
            (
                "a,A\nb,B,,\n \nc,C,\n",
                &["c"],
                &[(2, None, Code::Invalid), (3, None, Code::Invalid), (4, None, Code::Invalid)],
            ),
            (
                "a,A,\na,B,\n,C,",
                &["a"],
                &[(3, Some("external_id"), Code::Taken), (4, Some("external_id"), Code::Blank)],
            ),
            ("a,,\na,A,\n", &["a"], &[(2, Some("name"), Code::Blank)]),
            (" a , A ,\n\"b\",\"B, \"\"the\"\" one\",\n", &["a", "b"], &[]),
            (
                "a,\"A\nB\",\nb,B,\n,C,\n",
                &["b"],
                &[(2, Some("name"), Code::Invalid), (5, Some("external_id"), Code::Blank)],
            ),
            ("a,\"A\nb,B,\n", &[], &[(2, None, Code::Invalid)]),
        ] {
            let products: Vec<_> = products.iter().map(|id: &&str| (*id).to_owned()).collect();
            for mark in ["", "\u{feff}"] {
                let read = lines(&format!("{mark}external_id,name,categories\n{rows}"));
                assert_eq!(read, Ok((products.clone(), refused.to_vec())), "{rows:?}");
            }
        }
    }

    #[test]
    fn what_is_no_such_file_or_too_much_is_refused_as_a_whole() {
        let many = |count: usize| (0..count).map(|row| format!("p{row},P,\n")).collect::<String>();
        let header = "external_id,name,categories\n";
        for (text, expected) in [
            (String::new(), Err(Code::Invalid)),
            ("a,A,\n".to_owned(), Err(Code::Invalid)),
            ("external_id,name\n".to_owned(), Err(Code::Invalid)),
            ("name,external_id,categories\n".to_owned(), Err(Code::Invalid)),
            (format!("{header}{}", many(IMPORT_ROWS_MAX)), Ok(IMPORT_ROWS_MAX)),
            (format!("{header}{}", many(IMPORT_ROWS_MAX + 1)), Err(Code::TooMany)),
            (format!("{header}{}", " ".repeat(IMPORT_BYTES_MAX)), Err(Code::TooLong)),
        ] {
            assert_eq!(lines(&text).map(|(products, _)| products.len()), expected, "{}", text.len());
        }
    }
}
