//! Every bound of the product, with its reason. What is over a bound is refused, never clamped.

use crate::time::Elapsed;

/// Characters of a name. Longer ones break every list that shows them.
pub const NAME_CHARS_MAX: usize = 200;
/// Characters of a customer's own id for a contact, an order or a product.
pub const EXTERNAL_ID_CHARS_MAX: usize = 200;
/// Characters of an event type.
pub const EVENT_TYPE_CHARS_MAX: usize = 100;
/// Events of one `eventsIngest`: about as many as a transaction takes before the others wait for it.
pub const EVENTS_PER_BATCH_MAX: usize = 1_000;
/// Serialised bytes of an event's properties.
pub const EVENT_PROPERTIES_BYTES_MAX: usize = 32 * 1024;
/// How deep an event's properties may nest.
pub const EVENT_PROPERTIES_DEPTH_MAX: usize = 8;
/// Lines of an order in one event.
pub const ORDER_ITEMS_MAX: usize = 500;
/// Edits of an order that are kept: what it was made of when it was paid is asked later. Before its first payment it
/// takes no more.
pub const ORDER_EDITS_MAX: usize = 100;
/// Serialised bytes of those edits: four times what one event may say, as they are read with each event of the order.
pub const ORDER_EDITS_BYTES_MAX: usize = 128 * 1024;
/// Refunds of one order: nobody gives back in more parts.
pub const ORDER_REFUNDS_MAX: usize = 1_000;
/// How far ahead of our clock an event may say that it occurred (R63): clocks of tills are wrong, but not by days.
pub const OCCURRED_AHEAD_MAX: Elapsed = Elapsed::from_days(1);
/// Stored later events that a late entry may have judged in its commit (R63).
pub const LATER_EVENTS_MAX: usize = 1_000;
/// Conditions of one rule.
pub const CONDITIONS_PER_RULE_MAX: usize = 20;
/// Filters of one condition.
pub const FILTERS_PER_CONDITION_MAX: usize = 20;
/// Values of one filter.
pub const VALUES_PER_FILTER_MAX: usize = 10_000;
/// Conditions of one rule with those within groups, the groups among them.
pub const CONDITIONS_WITHIN_RULE_MAX: usize = 60;
/// How deep groups of conditions may nest, the rule itself among them: deeper ones nobody can read.
pub const GROUPS_DEPTH_MAX: usize = 3;
/// Characters of a regular expression.
pub const PATTERN_CHARS_MAX: usize = 200;
/// Bytes of a compiled regular expression: what repeats repetitions grows beyond.
pub const PATTERN_BYTES_MAX: usize = 64 * 1024;
/// Instants at which it is looked whether a state turns by the passing of time, after each batch of a contact's events.
pub const TURNS_LOOKED_AT_MAX: usize = 16;
/// Facts of one kind about one contact, such as tags: all of a kind are read together.
pub const FACTS_PER_KIND_MAX: usize = 1_000;
/// Ids of one kind that are offered because events mentioned them: more nobody looks through.
pub const MENTIONS_PER_SOURCE_MAX: i64 = 10_000;
/// Earlier events of a contact that modifiers and states read; of more, the latest.
pub const HISTORY_EVENTS_MAX: usize = 1_000;
/// Events that a preview of a condition shows: as many as one looks through while writing it.
pub const PREVIEW_EVENTS_MAX: u64 = 10;
/// The latest events of a workspace among which a preview looks for those of its condition's types.
pub const PREVIEW_LOOKED_THROUGH_MAX: u64 = 10_000;
/// Characters of what is looked for among the types of conditions: more than anybody types into a search box.
pub const CONDITION_SEARCH_CHARS_MAX: usize = 200;
/// Characters of one value of a filter, and of a path into an event's properties.
pub const VALUE_CHARS_MAX: usize = 500;
/// The greatest number that an occurrence may ask for: a hundredth visit is a milestone, a hundred-thousandth a slip.
pub const OCCURRENCES_MAX: i64 = 10_000;
/// The greatest number that a sum of numbers may ask for: with twelve digits before the point, sixteen after it stay
/// exact.
pub const SUM_NUMBER_MAX: i64 = 1_000_000_000_000;
/// Rules of one kind in one automation.
pub const RULES_PER_KIND_MAX: usize = 100;
/// Automations of one workspace that are not archived, all of which an engine keeps compiled.
pub const AUTOMATIONS_PER_WORKSPACE_MAX: u64 = 10_000;
/// Workspaces of one database: each is an account of the operator's, made by hand, and all of them can be listed.
pub const WORKSPACES_MAX: u64 = 10_000;
/// Characters of an e-mail address (RFC 5321 lets no longer one through).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Characters of a telephone number, with spaces, an extension and all.
pub const PHONE_CHARS_MAX: usize = 50;
/// Serialised bytes of a contact's attributes: they are read with the contact, by pages of a hundred.
pub const CONTACT_ATTRIBUTES_BYTES_MAX: usize = 16 * 1024;
/// How deep a contact's attributes may nest.
pub const CONTACT_ATTRIBUTES_DEPTH_MAX: usize = 8;
/// Products of one workspace that are not archived: ten times what large shops sell; a search reads all of them.
pub const PRODUCTS_PER_WORKSPACE_MAX: u64 = 100_000;
/// Categories of one workspace that are not archived: more than anybody groups products into.
pub const CATEGORIES_PER_WORKSPACE_MAX: u64 = 10_000;
/// Levels of categories within categories: deeper trees nobody finds anything in.
pub const CATEGORIES_DEPTH_MAX: usize = 10;
/// Order forms of one workspace that are not archived: each is a page that somebody designed.
pub const ORDER_FORMS_PER_WORKSPACE_MAX: u64 = 1_000;
/// Categories of one product: they are read with it, by pages of a hundred products.
pub const CATEGORIES_PER_PRODUCT_MAX: usize = 50;
/// Rows of one import: about as many as a transaction takes before decisions of the workspace wait a second for it.
pub const IMPORT_ROWS_MAX: usize = 10_000;
/// Bytes of one import: its rows with long names and some categories each.
pub const IMPORT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Shortest window after entry (R15).
pub const WINDOW_MIN: Elapsed = Elapsed::from_minutes(1);
/// Longest window after entry (R15).
pub const WINDOW_MAX: Elapsed = Elapsed::from_days(730);
/// How long after entry a goal still speaks for a stay that has ended, where the goal sets no window (R16, R18).
pub const WINDOW_AFTER_EXIT: Elapsed = Elapsed::from_days(30);
/// Shortest time between an exit and the next entry that a re-entry policy may ask for.
pub const RE_ENTRY_MIN: Elapsed = Elapsed::from_minutes(1);
/// Longest time between an exit and the next entry that a re-entry policy may ask for.
pub const RE_ENTRY_MAX: Elapsed = Elapsed::from_days(3_650);
/// Length of a counter's bucket (R52): every time zone's hours and days are made of whole quarters.
pub const COUNTER_BUCKET: Elapsed = Elapsed::from_minutes(15);
/// Remarks that one decision makes when it is asked to explain itself.
pub const REMARKS_MAX: usize = 1_000;
/// Minor units of one amount: sums of nine hundred thousand such amounts still fit 64 bits.
pub const AMOUNT_MINOR_MAX: i64 = 10_000_000_000_000;
/// How far the items of a list are counted: a count must not read a whole table.
pub const LISTED_COUNT_MAX: u64 = 10_001;
