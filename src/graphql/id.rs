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
    Conversion,
    Workspace,
    Product,
    Category,
    OrderForm,
    Order,
    Payment,
    Reversal,
    ConditionDefinition,
}

impl Kind {
    const ALL: [Self; 17] = [
        Self::Automation,
        Self::EntryRule,
        Self::Goal,
        Self::AlternateExitRule,
        Self::Condition,
        Self::Contact,
        Self::Enrollment,
        Self::ContactExit,
        Self::Conversion,
        Self::Workspace,
        Self::Product,
        Self::Category,
        Self::OrderForm,
        Self::Order,
        Self::Payment,
        Self::Reversal,
        Self::ConditionDefinition,
    ];

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
            Self::Conversion => "Conversion",
            Self::Workspace => "Workspace",
            Self::Product => "Product",
            Self::Category => "Category",
            Self::OrderForm => "OrderForm",
            Self::Order => "Order",
            Self::Payment => "Payment",
            Self::Reversal => "Reversal",
            Self::ConditionDefinition => "ConditionDefinition",
        }
    }

    /// The global id of one of them.
    pub(super) fn id(self, key: Uuid) -> ID {
        ID(URL_SAFE_NO_PAD.encode(format!("{}:{}", self.name(), key.simple())))
    }

    /// The global id of one that is found within another.
    pub(super) fn id_within(self, owner: Uuid, key: Uuid) -> ID {
        ID(URL_SAFE_NO_PAD.encode(format!("{}:{}:{}", self.name(), owner.simple(), key.simple())))
    }

    /// The global id of one whose key is a text.
    pub(super) fn id_of_text(self, key: &str) -> ID {
        ID(URL_SAFE_NO_PAD.encode(format!("{}:{key}", self.name())))
    }

    /// Which one a global id means, if it is one of this type, whose keys are texts.
    pub(super) fn text(self, id: &ID) -> Option<String> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id.as_str()).ok()?).ok()?;
        let (name, key) = text.split_once(':')?;
        (name == self.name()).then(|| key.to_owned())
    }

    /// Which one a global id means, if it is one of this type.
    pub(super) fn key<T: From<Uuid>>(self, id: &ID) -> Option<T> {
        match GlobalId::read(id)? {
            GlobalId { kind, owner: None, key } if kind == self => Some(key.into()),
            _ => None,
        }
    }
}

/// What a global id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GlobalId {
    pub(super) kind: Kind,
    /// Within what it is found, where it has no place of its own.
    pub(super) owner: Option<Uuid>,
    pub(super) key: Uuid,
}

impl GlobalId {
    /// What an id says, if it is one.
    pub(super) fn read(id: &ID) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id.as_str()).ok()?).ok()?;
        let (name, keys) = text.split_once(':')?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name)?;
        let (owner, key) = match keys.split_once(':') {
            Some((owner, key)) => (Some(Uuid::try_parse(owner).ok()?), key),
            None => (None, keys),
        };
        Some(Self { kind, owner, key: Uuid::try_parse(key).ok()? })
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
        let within = Kind::Condition.id_within(key, key);
        assert_eq!(GlobalId::read(&within), Some(GlobalId { kind: Kind::Condition, owner: Some(key), key }));
        assert_eq!(Kind::Condition.key::<Uuid>(&within), None, "it has no place of its own");
    }

    #[test]
    fn a_text_is_read_as_it_was_written() {
        let id = Kind::ConditionDefinition.id_of_text("tag.has");
        assert_eq!(Kind::ConditionDefinition.text(&id).as_deref(), Some("tag.has"));
        assert_eq!((Kind::Condition.text(&id), GlobalId::read(&id)), (None, None));
    }

    #[test]
    fn every_type_is_read_as_it_was_written() {
        let key = Uuid::from_u128(7);
        for kind in Kind::ALL {
            assert_eq!(GlobalId::read(&kind.id(key)), Some(GlobalId { kind, owner: None, key }));
        }
    }
}
