//! The reference page of the catalogue, `docs/conditions.md`: all that it says follows from the entries.

use super::catalogue::{self, ConditionDefinition, EventTypes, FilterDefinition, FilterKind, Kind};
use super::search::KindName;
use super::shape::Shape;
use crate::limits::{
    CONDITIONS_PER_RULE_MAX, CONDITIONS_WITHIN_RULE_MAX, FILTERS_PER_CONDITION_MAX, GROUPS_DEPTH_MAX, OCCURRENCES_MAX,
    PATTERN_CHARS_MAX, VALUE_CHARS_MAX, VALUES_PER_FILTER_MAX, WINDOW_MAX, WINDOW_MIN,
};

/// The text of `docs/conditions.md`.
pub fn markdown() -> String {
    let mut page = introduction();
    page.push_str(&writing());
    page.push_str(&composing());
    page.push_str(RECIPES);
    for category in catalogue::categories() {
        page.push_str(&format!("\n## {category}\n"));
        let types = catalogue::all().filter(|one| catalogue::category_of(one) == category);
        types.for_each(|one| page.push_str(&entry(one)));
    }
    page
}

fn introduction() -> String {
    let mut text = "\
# Conditions

Every type of condition that entry rules, goals and alternate exit rules can use. This page is written by
`cargo run -p offramp-domain --example reference > docs/conditions.md`, from the same entries by which conditions are
checked, matched and found.

| kind | it holds when |
| --- | --- |
| `EVENT` | something happens |
| `STATE` | something is so; it fires when it turns true |
| `ABSENCE` | something does not happen for some time |
| `GROUP` | the conditions within hold, all of them, any or none |

"
    .to_owned();
    for category in catalogue::categories() {
        let types = catalogue::all().filter(|one| catalogue::category_of(one) == category);
        let links: Vec<_> = types.map(|one| format!("[{}](#{})", one.name, anchor(one.name))).collect();
        text.push_str(&format!("- **{category}**: {}\n", links.join(" · ")));
    }
    text
}

fn writing() -> String {
    format!(
        "
## How conditions are written

```json
{{
  \"key\": \"purchase.made\",
  \"filters\": [
    {{\"key\": \"items\", \"operator\": \"ANY_OF\", \"value\": {{\"items\": [{{\"category\": \"shoes\"}}]}}}},
    {{\"key\": \"amount\", \"operator\": \"GTE\", \"value\": {{\"money\": {{\"amount\": \"20\", \"currencyCode\": \"USD\"}}}}}}
  ],
  \"window\": {{\"within\": \"P30D\"}}
}}
```

All filters of a condition have to hold, at most {FILTERS_PER_CONDITION_MAX} of them. A value is an object with one
field, which says what it is; texts and ids have at most {VALUE_CHARS_MAX} characters and a list at most
{VALUES_PER_FILTER_MAX} of them. Numbers and amounts are written as text, so that they stay exact; instants in RFC 3339,
durations in ISO 8601 without months and years, days as `2026-11-22`.

### Modifiers

Conditions of kind `EVENT` know besides:

| field | what it asks for |
| --- | --- |
| `window` | `notBefore` and `within`: so long after entry, both included, from {WINDOW_MIN} to {WINDOW_MAX} |
| `occurred` | `after` (included) and `before` (excluded): when in absolute time |
| `occurrence` | `atLeast`, `nth` or `everyNth`: how often, up to {OCCURRENCES_MAX}; `{{\"atLeast\": 1}}`, if left out |
| `sum` | `of` a filter of numbers or amounts, or of the path of a property, `atLeast` a `number` or `money`; not together with `occurrence` |
| `firstEver` | whether only the first such event of the contact counts, whenever it was |
| `lookback` | how far back events count, also from before entry, from {WINDOW_MIN} to {WINDOW_MAX} |
| `sameAsEntry` | `path` and `entryPath`: what has to be the same as in the event that caused the entry |
| `includeTestEvents` | whether events that were sent for a test count |

### Operators

Which operators a filter knows follows from what its values are.

| values | operators, and how the value is written |
| --- | --- |
{operators}
The column *property* of a type's filters names what they read in the properties of an event, where it is one thing.
`NONE_OF`, `NEQ`, `NOT_CONTAINS`, `NOT_IN` and `IS_NOT_SET` hold where there is no value at all; the others do not.
`BETWEEN` includes both ends; of instants it excludes the second. Texts are compared to the letter; with
`\"ignoreCase\": true`, capital letters are taken for small ones. `MATCHES` takes a regular expression of at most
{PATTERN_CHARS_MAX} characters. Amounts of different currencies are never compared.
",
        operators = operators()
    )
}

fn composing() -> String {
    format!(
        "
### Groups

A condition `composite` has `conditions` within and says by `join` how: `ALL` (if left out), `ANY` or `NONE`. States, and
what must not have happened, are judged when the last thing happens that a rule waits for; a rule of states alone is met
when it turns true. Such a rule lets nobody in who meets it already at entry, unless its `metBeforeEntry` says otherwise:
`IGNORE`, or `EXIT_AT_ENTRY`. Groups nest to depth {GROUPS_DEPTH_MAX}, the rule itself among them; a rule or
a group has at most {CONDITIONS_PER_RULE_MAX} conditions, and a rule at most {CONDITIONS_WITHIN_RULE_MAX} with all that is within.

### Absence

A condition `inaction` has in `conditions` the one condition of kind `EVENT` that must not happen, without `occurrence`
and `sum`, and in its filter `for` how long it must not: from entry on, so that one time in that while ends the wait for
good; or, with `from` `ANY_OF` `EVENT`, since it last happened, so that who never did it is not waited for.

```json
{{
  \"key\": \"inaction\",
  \"filters\": [{{\"key\": \"for\", \"operator\": \"EQ\", \"value\": {{\"duration\": \"P14D\"}}}}],
  \"conditions\": [{{\"key\": \"visit.completed\"}}]
}}
```
"
    )
}

const RECIPES: &str = "
### Recipes

| what is wanted | how it is written |
| --- | --- |
| has not come for 30 days | `visit.last` with `when` `OLDER_THAN` `P30D`, which knows of visits before entry as well |
| left the cart and did not buy within 3 days | entry: `cart.activity` with `step` `ANY_OF` `ABANDONED`; exit: `inaction` `for` `P3D` of `purchase.made` |
| a member, or spent 200 | `composite` joined by `ANY`: `membership.has`, and `spend.threshold` with `spent` `GTE` 200 |
| buys again | `purchase.nth` with `occurrence` `{\"nth\": 2}`, or `purchase.made` with `orderNumber` `GTE` 2 |
| a week before the birthday | `date.reached` with `field` `ANY_OF` `birthday`, `offset` `P7D`, `side` `ANY_OF` `BEFORE` and `recurring` `IS` true |
| becomes a customer of the plan `pro` | `field.changed` with `field` at the path `plan` `CHANGED_TO` `pro`; `contactUpsert` says so |
";

/// The rows of the table of operators.
fn operators() -> String {
    let rows = [
        FilterKind::Ids(""),
        FilterKind::Enum(&[]),
        FilterKind::Text,
        FilterKind::EventName,
        FilterKind::Items,
        FilterKind::Number,
        FilterKind::Money,
        FilterKind::Flag,
        FilterKind::Instant,
        FilterKind::Duration,
        FilterKind::Property,
        FilterKind::Change,
    ];
    rows.into_iter().map(|kind| format!("| {} | {} |\n", what(kind), with_shapes(kind))).collect()
}

/// Its operators with how their values are written.
fn with_shapes(kind: FilterKind) -> String {
    let groups = kind.operators_by_shapes().into_iter().map(|(operators, shapes)| {
        let operators: Vec<_> = operators.iter().map(|operator| code(&operator.name())).collect();
        let shapes: Vec<_> = shapes.into_iter().filter_map(Shape::as_str).map(code).collect();
        let with = if shapes.is_empty() { "no value".to_owned() } else { shapes.join(" or ") };
        format!("{} with {with}", operators.join(", "))
    });
    groups.collect::<Vec<_>>().join("; ")
}

/// What the values of a filter are.
const fn what(kind: FilterKind) -> &'static str {
    match kind {
        FilterKind::Ids(_) => "ids",
        FilterKind::Enum(_) => "one of a list",
        FilterKind::Text => "text",
        FilterKind::EventName => "name of an event",
        FilterKind::Items => "items",
        FilterKind::Number => "number",
        FilterKind::Money => "amount",
        FilterKind::Flag => "yes or no",
        FilterKind::Instant => "instant",
        FilterKind::Duration => "duration",
        FilterKind::Property => "property of any type",
        FilterKind::Change => "change",
    }
}

fn entry(definition: &ConditionDefinition) -> String {
    let kind = KindName::of(definition).as_str();
    let mut text =
        format!("\n### {}\n\n`{}` · `{kind}`\n\n{}\n", definition.name, definition.key, definition.description);
    text.push_str(&listens(definition));
    let filters: Vec<_> = definition.every_filter().map(filter).collect();
    if !filters.is_empty() {
        text.push_str(
            "\n| filter | what | property | operators | values | if left out | help |\n\
             | --- | --- | --- | --- | --- | --- | --- |\n",
        );
        text.push_str(&filters.concat());
    }
    let required = required(definition);
    if !required.is_empty() {
        text.push_str(&format!("\nEvents must say: {required}.\n"));
    }
    text
}

/// Which events can meet it or change it.
fn listens(definition: &ConditionDefinition) -> String {
    let sentence = match (definition.kind, event_types(definition)) {
        (Kind::Event(_), EventTypes::Named(_)) => "Listens to the events that its filters name.".to_owned(),
        (Kind::Event(_), EventTypes::These(types)) => format!("Listens to {}.", codes(types)),
        (Kind::State(state), _) if state.turns_by_time => {
            format!("Changes with {}, and by the passing of time.", codes(state.changed_by))
        }
        (Kind::State(state), _) => format!("Changes with {}.", codes(state.changed_by)),
        (Kind::Absence | Kind::Group, _) => return String::new(),
    };
    format!("\n{sentence}\n")
}

fn event_types(definition: &ConditionDefinition) -> EventTypes<'static> {
    match &definition.kind {
        Kind::Event(types) => types(&[]),
        Kind::State(state) => EventTypes::These(state.changed_by),
        Kind::Absence | Kind::Group => EventTypes::These(&[]),
    }
}

/// What its events are refused without.
fn required(definition: &ConditionDefinition) -> String {
    let listened = event_types(definition);
    let events = catalogue::events().filter(|event| listened.contain(event.event_type) && !event.required.is_empty());
    let told: Vec<_> = events.map(|event| (event.event_type, codes(event.required))).collect();
    match told.as_slice() {
        [(_, first), rest @ ..] if rest.iter().all(|(_, other)| other == first) => first.clone(),
        _ => {
            let each = told.iter().map(|(event_type, required)| format!("{required} in {}", code(event_type)));
            each.collect::<Vec<_>>().join("; ")
        }
    }
}

fn filter(filter: &'static FilterDefinition) -> String {
    let operators: Vec<_> = filter.kind.operators().into_iter().map(|(operator, _)| code(&operator.name())).collect();
    let values = match filter.kind {
        FilterKind::Ids(source) => format!("{} of {}", what(filter.kind), code(source)),
        FilterKind::Enum(options) => codes(options),
        FilterKind::Property | FilterKind::Change if filter.takes_path => format!("{}, at a `path`", what(filter.kind)),
        kind => what(kind).to_owned(),
    };
    let needed = match filter.default {
        _ if filter.required => "refused".to_owned(),
        Some(default) => format!("{default} is taken"),
        None => String::new(),
    };
    let property = catalogue::event_property(filter).map(code).unwrap_or_default();
    let (label, help) = (filter.label.to_owned(), filter.help.to_owned());
    let cells = [code(filter.key), label, property, operators.join(", "), values, needed, help];
    format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}

/// Where a heading is found within the page, as Markdown's readers name it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn codes(texts: &[&str]) -> String {
    texts.iter().map(|text| code(text)).collect::<Vec<_>>().join(", ")
}
