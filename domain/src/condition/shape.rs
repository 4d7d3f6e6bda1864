//! Which operators a filter knows, and what they compare with: for checking, for the JSON Schema and for the reference.

use super::catalogue::FilterKind;
use super::draft::ValueDraft;
use super::operator::Operator;

/// What is given to an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No value.
    Nothing,
    /// A text.
    Text,
    /// Several texts.
    Texts,
    /// A text that is a regular expression.
    Pattern,
    /// A number.
    Number,
    /// From a number to a number.
    NumberRange,
    /// An amount.
    Money,
    /// From an amount to an amount.
    MoneyRange,
    /// Yes or no.
    Flag,
    /// Products, categories and order forms.
    Items,
    /// An instant.
    Instant,
    /// From an instant until another.
    InstantRange,
    /// A day.
    Day,
    /// A length of time.
    Duration,
    /// So long after entry.
    AfterEntry,
    /// From one of some texts to one of others.
    Change,
}

impl Shape {
    /// Under which name callers write such a value; none, where there is no value.
    pub const fn as_str(self) -> Option<&'static str> {
        Some(match self {
            Self::Nothing => return None,
            Self::Text | Self::Pattern => "text",
            Self::Texts => "texts",
            Self::Number => "number",
            Self::NumberRange => "numberRange",
            Self::Money => "money",
            Self::MoneyRange => "moneyRange",
            Self::Flag => "flag",
            Self::Items => "items",
            Self::Instant => "instant",
            Self::InstantRange => "instantRange",
            Self::Day => "day",
            Self::Duration => "duration",
            Self::AfterEntry => "afterEntry",
            Self::Change => "change",
        })
    }

    /// Whether it has capital letters that may be taken for small ones.
    pub const fn has_case(self) -> bool {
        matches!(self, Self::Text | Self::Texts | Self::Pattern)
    }

    /// What a caller gave; a regular expression looks like any other text.
    pub(super) const fn of(value: &ValueDraft) -> Self {
        match value {
            ValueDraft::Text(_) => Self::Text,
            ValueDraft::Texts(_) => Self::Texts,
            ValueDraft::Number(_) => Self::Number,
            ValueDraft::NumberRange(_) => Self::NumberRange,
            ValueDraft::Money(_) => Self::Money,
            ValueDraft::MoneyRange(_) => Self::MoneyRange,
            ValueDraft::Flag(_) => Self::Flag,
            ValueDraft::Items(_) => Self::Items,
            ValueDraft::Instant(_) => Self::Instant,
            ValueDraft::InstantRange(_) => Self::InstantRange,
            ValueDraft::Day(_) => Self::Day,
            ValueDraft::Duration(_) => Self::Duration,
            ValueDraft::AfterEntry(_) => Self::AfterEntry,
            ValueDraft::Change(_) => Self::Change,
        }
    }
}

impl FilterKind {
    /// What its operators compare with.
    pub const fn shapes(self) -> &'static [Shape] {
        use Shape::{
            AfterEntry, Change, Day, Duration, Flag, Instant, InstantRange, Items, Money, MoneyRange, Nothing, Number,
            NumberRange, Pattern, Text, Texts,
        };
        match self {
            Self::Ids(_) | Self::Enum(_) | Self::EventName => &[Text, Texts],
            Self::Text => &[Text, Texts, Pattern, Nothing],
            Self::Items => &[Items],
            Self::Number => &[Number, NumberRange, Nothing],
            Self::Money => &[Money, MoneyRange, Nothing],
            Self::Flag => &[Flag],
            Self::Instant => &[Instant, AfterEntry, InstantRange, Day, Duration, Nothing],
            Self::Duration => &[Duration],
            Self::Property => &[
                Text,
                Texts,
                Pattern,
                Number,
                Money,
                NumberRange,
                MoneyRange,
                InstantRange,
                Flag,
                Instant,
                AfterEntry,
                Day,
                Duration,
                Nothing,
            ],
            Self::Change => &[Nothing, Texts, Change, Number],
        }
    }

    /// Whether it has an operator for such a value.
    pub fn takes(self, shape: Shape) -> bool {
        self.shapes().contains(&shape)
    }

    /// The operators that it knows for a value that it takes.
    pub const fn operators_for(self, shape: Shape) -> &'static [Operator] {
        use Operator::{
            After, AllOf, AnyOf, Before, Between, Changed, ChangedFrom, ChangedFromTo, ChangedTo, Contains,
            DecreasedPast, EndsWith, Eq, Gt, Gte, In, IncreasedPast, Is, IsNotSet, IsSet, Lt, Lte, Matches, Neq,
            NoneOf, NotContains, NotIn, OlderThan, On, StartsWith, WithinLast, WithinNext,
        };
        match (self, shape) {
            (_, Shape::NumberRange | Shape::MoneyRange | Shape::InstantRange) => &[Between],
            (_, Shape::Change) => &[ChangedFromTo],
            (_, Shape::Pattern) => &[Matches],
            (Self::Change, Shape::Nothing) => &[Changed],
            (Self::Change, Shape::Texts) => &[ChangedTo, ChangedFrom],
            (Self::Change, _) => &[IncreasedPast, DecreasedPast],
            (_, Shape::Nothing) => &[IsSet, IsNotSet],
            (Self::Ids(_), _) => &[AnyOf, NoneOf, AllOf],
            (Self::Enum(_), _) => &[AnyOf, NoneOf],
            (Self::EventName, _) => &[Eq, In],
            (_, Shape::Items) => &[AnyOf, NoneOf, AllOf],
            (Self::Duration, _) => &[Eq],
            (_, Shape::Flag) => &[Is],
            (_, Shape::Text | Shape::Texts) => &[Eq, Neq, Contains, NotContains, StartsWith, EndsWith, In, NotIn],
            (_, Shape::Instant | Shape::AfterEntry) => &[Before, After],
            (_, Shape::Day) => &[On],
            (_, Shape::Duration) => &[WithinLast, OlderThan, WithinNext],
            (_, Shape::Number | Shape::Money) => &[Eq, Neq, Gt, Gte, Lt, Lte],
        }
    }

    /// Every operator that it knows, each with what it compares with.
    pub fn operators(self) -> Vec<(Operator, Vec<Shape>)> {
        let mut known: Vec<(Operator, Vec<Shape>)> = Vec::new();
        for shape in self.shapes() {
            for operator in self.operators_for(*shape) {
                match known.iter_mut().find(|(other, _)| other == operator) {
                    Some((_, shapes)) => shapes.push(*shape),
                    None => known.push((*operator, vec![*shape])),
                }
            }
        }
        known
    }

    /// Its operators by what they compare with: those that take the same stand together.
    pub fn operators_by_shapes(self) -> Vec<(&'static [Operator], Vec<Shape>)> {
        let mut groups: Vec<(&'static [Operator], Vec<Shape>)> = Vec::new();
        for shape in self.shapes() {
            let operators = self.operators_for(*shape);
            let alike = |(others, shapes): &&mut (&'static [Operator], Vec<Shape>)| {
                *others == operators && shapes.iter().all(|other| other.has_case() == shape.has_case())
            };
            match groups.iter_mut().find(alike) {
                Some((_, shapes)) => shapes.push(*shape),
                None => groups.push((operators, vec![*shape])),
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_is_told_with_what_it_compares_with() {
        let of = |kind: FilterKind| {
            let names = |shapes: Vec<Shape>| shapes.into_iter().map(|shape| shape.as_str().unwrap_or("-")).collect();
            let told = kind.operators().into_iter().map(|(operator, shapes)| {
                let shapes: Vec<_> = names(shapes);
                format!("{} {}", operator.name(), shapes.join("|"))
            });
            told.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(of(FilterKind::Ids("tags")), "ANY_OF text|texts, NONE_OF text|texts, ALL_OF text|texts");
        assert_eq!(of(FilterKind::Flag), "IS flag");
        assert_eq!(of(FilterKind::Duration), "EQ duration");
        assert_eq!(
            of(FilterKind::Change),
            "CHANGED -, CHANGED_TO texts, CHANGED_FROM texts, CHANGED_FROM_TO change, INCREASED_PAST number, \
             DECREASED_PAST number"
        );
        assert_eq!(
            of(FilterKind::Money),
            "EQ money, NEQ money, GT money, GTE money, LT money, LTE money, BETWEEN moneyRange, IS_SET -, IS_NOT_SET -"
        );
    }
}
