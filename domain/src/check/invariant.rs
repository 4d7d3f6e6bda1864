//! What must hold of every database, each with a name that does not change.

/// Something that holds of every database, whatever happened to the servers over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// Each stay that ended has one exit, and no other has one.
    OneExitPerEndedStay,
    /// A contact is inside an automation once.
    OneActiveStay,
    /// The stays of a contact in an automation are numbered without a gap.
    RotationsWithoutGap,
    /// Nothing ends or converts before it began.
    TimesInOrder,
    /// A stay counts once for each goal and once in total.
    ConversionsCountOnce,
    /// What is taken back of a conversion is no more than it.
    ReversalsWithinConversions,
    /// An order is purchased once.
    OrdersPurchaseOnce,
    /// Goals convert, and nothing else does.
    ExitsAndConversionsAgree,
    /// The feed has no gap.
    FeedWithoutGap,
    /// The feed tells of every exit, conversion and reversal, and of nothing else.
    FeedTellsEverything,
    /// Counters say what the records say.
    CountersEqualRecount,
    /// Nobody is inside who has met a goal or an exit rule.
    NothingLeftUndone,
    /// Nothing refers to what its own workspace has not.
    ReferencesStayInside,
    /// No message id was stored twice.
    MessageIdsUnique,
    /// The database loses nothing that was acknowledged.
    Durable,
}

/// How an invariant is told.
struct Said {
    name: &'static str,
    rule: &'static str,
    noun: &'static str,
    sentence: &'static str,
}

impl Invariant {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 15] = [
        Self::OneExitPerEndedStay,
        Self::OneActiveStay,
        Self::RotationsWithoutGap,
        Self::TimesInOrder,
        Self::ConversionsCountOnce,
        Self::ReversalsWithinConversions,
        Self::OrdersPurchaseOnce,
        Self::ExitsAndConversionsAgree,
        Self::FeedWithoutGap,
        Self::FeedTellsEverything,
        Self::CountersEqualRecount,
        Self::NothingLeftUndone,
        Self::ReferencesStayInside,
        Self::MessageIdsUnique,
        Self::Durable,
    ];

    /// Its stable name.
    pub const fn name(self) -> &'static str {
        self.said().name
    }

    /// The rules that it holds.
    pub const fn rule(self) -> &'static str {
        self.said().rule
    }

    /// What is examined, in the plural.
    pub const fn noun(self) -> &'static str {
        self.said().noun
    }

    /// What holds of them.
    pub const fn sentence(self) -> &'static str {
        self.said().sentence
    }

    const fn said(self) -> Said {
        let (name, rule, noun, sentence) = match self {
            Self::OneExitPerEndedStay => (
                "one_exit_per_ended_stay",
                "R31",
                "stays",
                "one exit for each that ended, at its time and for its reason, and none for others",
            ),
            Self::OneActiveStay => {
                ("one_active_stay", "R2", "stays", "at most one active for a contact in an automation")
            }
            Self::RotationsWithoutGap => {
                ("rotations_without_gap", "R2", "stays", "numbered 1, 2, 3 … for a contact in an automation")
            }
            Self::TimesInOrder => (
                "times_in_order",
                "R0",
                "exits and conversions",
                "none before the entry, and conversions know how long after it",
            ),
            Self::ConversionsCountOnce => {
                ("conversions_count_once", "R18", "conversions", "counted once for a stay and goal, and once in total")
            }
            Self::ReversalsWithinConversions => (
                "reversals_within_conversions",
                "R19",
                "reversals",
                "each after its conversion, and together no more than that is worth",
            ),
            Self::OrdersPurchaseOnce => {
                ("orders_purchase_once", "R21", "purchases", "one that counts for each order that says so")
            }
            Self::ExitsAndConversionsAgree => (
                "exits_and_conversions_agree",
                "R30, R63",
                "exits and conversions",
                "a goal that ends a stay converts and nothing else does, late ones lie within, others after",
            ),
            Self::FeedWithoutGap => {
                ("feed_without_gap", "R70", "positions", "no gap and no repeat from the beginning to the head")
            }
            Self::FeedTellsEverything => (
                "feed_tells_everything",
                "R70",
                "feed rows",
                "each as what is at its position has it, and nothing of that is left out",
            ),
            Self::CountersEqualRecount => {
                ("counters_equal_recount", "R52", "counters", "equal to a recount of what they count")
            }
            Self::NothingLeftUndone => (
                "nothing_left_undone",
                "R10",
                "active stays",
                "no stored event since the entry satisfies a goal or an exit rule",
            ),
            Self::ReferencesStayInside => {
                ("references_stay_inside", "R72", "references", "each leads to something of its own workspace")
            }
            Self::MessageIdsUnique => ("message_ids_unique", "R61", "message ids", "each stored once"),
            Self::Durable => ("durable", "R60", "settings", "what is acknowledged survives a loss of power"),
        };
        Said { name, rule, noun, sentence }
    }
}
