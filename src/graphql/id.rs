//! Global ids: opaque to clients, a type and a key to us.

use async_graphql::ID;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// The types that have global ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Automation,
    EntryRule,
    Goal,
    AlternateExitRule,
    Condition,
    Contact,
    Enrollment,
    ContactExit,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Automation => "Automation",
            Self::EntryRule => "EntryRule",
            Self::Goal => "Goal",
            Self::AlternateExitRule => "AlternateExitRule",
            Self::Condition => "Condition",
            Self::Contact => "Contact",
            Self::Enrollment => "Enrollment",
            Self::ContactExit => "ContactExit",
        }
    }

    /// The global id of one of them.
    pub(super) fn id(self, key: Uuid) -> ID {
        ID(URL_SAFE_NO_PAD.encode(format!("{}:{}", self.name(), key.simple())))
    }

    /// Which one a global id means, if it is one of this type.
    pub(super) fn key<T: From<Uuid>>(self, id: &ID) -> Option<T> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id.as_str()).ok()?).ok()?;
        let key = text.strip_prefix(self.name())?.strip_prefix(':')?;
        Uuid::try_parse(key).ok().map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_another_type_is_none_of_this_one() {
        let key = Uuid::from_u128(7);
        let id = Kind::Goal.id(key);
        assert_eq!(Kind::Goal.key(&id), Some(key));
        assert_eq!(Kind::Automation.key::<Uuid>(&id), None);
        assert_eq!(Kind::Goal.key::<Uuid>(&ID("7".into())), None);
    }
}
