//! Workspaces: the tenants.

use crate::fault::{self, Code, Fault, Faults, Path};
use crate::limits::NAME_CHARS_MAX;
use crate::money::Currency;
use crate::time;

/// What a workspace may use (R22).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// All but order forms.
    #[default]
    Max,
    /// Order forms too.
    MaxClassic,
}

impl Edition {
    /// Every edition.
    pub const ALL: [Self; 2] = [Self::Max, Self::MaxClassic];

    /// The name under which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Max => "MAX",
            Self::MaxClassic => "MAX_CLASSIC",
        }
    }

    /// The edition of that name.
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|edition| edition.as_str() == name)
    }

    /// That there are order forms, of which something at `path` speaks.
    ///
    /// # Errors
    /// [`Code::EditionRequired`], where there are none (R22).
    pub fn has_order_forms(self, path: &Path<'_>) -> Result<(), Fault> {
        match self {
            Self::MaxClassic => Ok(()),
            Self::Max => {
                let message = "Order forms exist in edition `MAX_CLASSIC` only; this workspace has `MAX`.";
                Err(path.fault(Code::EditionRequired, message))
            }
        }
    }
}

/// A workspace as its author wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceDraft {
    /// What callers send to choose it.
    pub name: String,
    /// IANA name of the zone that its reports are in; UTC, if left out.
    pub time_zone: Option<String>,
    /// ISO 4217 code of amounts that name no currency.
    pub currency: String,
    /// What it may use.
    pub edition: Edition,
}

/// A draft that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedWorkspace {
    /// What callers send to choose it.
    pub name: String,
    /// IANA name of the zone that its reports are in.
    pub time_zone: String,
    /// Of amounts that name no currency.
    pub currency: Currency,
    /// What it may use.
    pub edition: Edition,
}

impl WorkspaceDraft {
    /// Checks the draft.
    ///
    /// # Errors
    /// Every fault of the draft, with paths below `path`.
    pub fn check(&self, path: &Path<'_>) -> Result<CheckedWorkspace, Vec<Fault>> {
        let mut faults = Faults::none();
        let name = faults.keep(&path.field("name"), fault::key(&self.name, NAME_CHARS_MAX));
        let zone = self.time_zone.as_deref().unwrap_or("UTC");
        let time_zone = faults.keep(&path.field("timeZone"), time::time_zone(zone));
        let currency = Currency::parse(&self.currency).map_err(|message| (Code::Invalid, message));
        let currency = faults.keep(&path.field("currency"), currency);
        let read = name.zip(time_zone).zip(currency);
        let edition = self.edition;
        faults.or_value(read.map(|((name, time_zone), currency)| CheckedWorkspace {
            name,
            time_zone,
            currency,
            edition,
        }))
    }
}
