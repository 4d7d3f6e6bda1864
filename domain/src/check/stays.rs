//! Stays with their exits and conversions (R2, R18, R30, R31).

use super::counters::Recount;
use super::reversals::Returns;
use super::undone::{Undone, Wanted};
use super::{Conversion, Exit, Invariant, Known, Reversal, Stay, Verdict};
use crate::event::Event;
use crate::ids::{AutomationId, ContactId, EnrollmentId, EventId, RuleId};
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A page of stays, with what was seen of each so far. First its exits, then reversals and conversions, then the events.
#[derive(Debug)]
pub struct StayPage<'a> {
    known: &'a Known,
    verdict: &'a mut Verdict,
    recount: &'a mut Recount,
    stays: BTreeMap<EnrollmentId, Followed>,
    undone: Undone<'a>,
}

/// A stay and what was seen of it.
#[derive(Debug)]
struct Followed {
    stay: Stay,
    exits: u64,
    exit: Option<Exit>,
    /// Whether the event of the exit converted.
    met: bool,
    counted: BTreeSet<RuleId>,
    headlines: u64,
    returns: Returns,
}

/// The stay before, in order of contact, automation and rotation.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    of: Option<(ContactId, AutomationId)>,
    rotation: i32,
    is_active: bool,
}

impl Before {
    /// Compares the next stay with those before it.
    pub(super) fn follow(&mut self, verdict: &mut Verdict, stay: &Stay) {
        let of = (stay.contact, stay.automation);
        if self.of != Some(of) {
            *self = Self { of: Some(of), rotation: 0, is_active: false };
        }
        let (before, id, rotation) = (self.rotation, stay.id, stay.rotation);
        verdict.examined(Invariant::RotationsWithoutGap, 1);
        verdict.require(Invariant::RotationsWithoutGap, rotation == before.saturating_add(1), || {
            format!("stay {id} has rotation {rotation} after {before}")
        });
        self.rotation = rotation;
        let is_active = stay.status == "active";
        verdict.examined(Invariant::OneActiveStay, 1);
        verdict.require(Invariant::OneActiveStay, !(is_active && self.is_active), || {
            format!("stay {id} is active besides another of contact {} in automation {}", of.0, of.1)
        });
        self.is_active |= is_active;
    }
}

impl<'a> StayPage<'a> {
    pub(super) fn new(known: &'a Known, verdict: &'a mut Verdict, recount: &'a mut Recount, stays: Vec<Stay>) -> Self {
        for stay in &stays {
            recount.stay(stay);
            known.rule(verdict, "stay", stay.id.0, stay.automation, stay.entry_rule);
            known.require_version(verdict, stay);
        }
        let undone = Undone::new(known, verdict, stays.iter().cloned());
        let follow = |stay: Stay| {
            let (counted, headlines, returns) = (BTreeSet::new(), 0, Returns::default());
            (stay.id, Followed { stay, exits: 0, exit: None, met: false, counted, headlines, returns })
        };
        Self { known, verdict, recount, stays: stays.into_iter().map(follow).collect(), undone }
    }

    /// The ids of the stays.
    pub fn ids(&self) -> Vec<EnrollmentId> {
        self.stays.keys().copied().collect()
    }

    /// Takes exits of these stays.
    pub fn exits(&mut self, exits: Vec<Exit>) {
        for exit in exits {
            self.exit(exit);
        }
    }

    fn exit(&mut self, exit: Exit) {
        self.recount.exit(&exit);
        self.known.rule(self.verdict, "exit", exit.id.0, exit.automation, exit.rule);
        let Some(followed) = self.stays.get_mut(&exit.enrollment) else { return };
        followed.exits = followed.exits.saturating_add(1);
        let (stay, id) = (&followed.stay, exit.id);
        let agrees = (stay.automation, stay.contact, stay.exited_at, stay.exit_reason.as_deref())
            == (exit.automation, exit.contact, Some(exit.exited_at), Some(exit.reason.as_str()));
        self.verdict.require(Invariant::OneExitPerEndedStay, agrees, || {
            format!("exit {id} has another place, contact, time or reason than its stay {}", stay.id)
        });
        self.verdict.examined(Invariant::TimesInOrder, 1);
        self.verdict.require(Invariant::TimesInOrder, exit.exited_at >= stay.entered_at, || {
            format!("exit {id} at {} is before the entry at {}", exit.exited_at, stay.entered_at)
        });
        followed.exit = Some(exit);
    }

    /// Takes conversions of these stays, whose exits and reversals are known.
    pub fn conversions(&mut self, conversions: Vec<Conversion>) {
        for conversion in &conversions {
            self.conversion(conversion);
        }
    }

    fn conversion(&mut self, one: &Conversion) {
        self.recount.conversion(one);
        self.known.rule(self.verdict, "conversion", one.id.0, one.automation, one.goal);
        let Some(followed) = self.stays.get_mut(&one.enrollment) else { return };
        followed.returns.convert(one);
        let (stay, id) = (&followed.stay, one.id);
        self.verdict.examined(Invariant::TimesInOrder, 1);
        let in_order = one.at >= stay.entered_at && one.elapsed == one.at.since(stay.entered_at);
        self.verdict.require(Invariant::TimesInOrder, in_order, || {
            let (at, elapsed, entered_at) = (one.at, one.elapsed, stay.entered_at);
            format!("conversion {id} at {at} is said to be {elapsed} after the entry at {entered_at}")
        });
        self.verdict.examined(Invariant::ConversionsCountOnce, 1);
        followed.headlines = followed.headlines.saturating_add(one.headline.into());
        let is_first = !one.counted || followed.counted.insert(one.goal);
        let once = is_first && (one.counted || !one.headline) && (one.within_window || !one.counted);
        self.verdict.require(Invariant::ConversionsCountOnce, once, || {
            format!("conversion {id} of stay {} counts once more, or without counting for its goal", stay.id)
        });
        followed.met |= followed.exit.as_ref().is_some_and(|exit| exit.event == one.event);
        self.verdict.examined(Invariant::ExitsAndConversionsAgree, 1);
        if let Some(why) = disagreement(stay, followed.exit.as_ref(), one) {
            let told = || format!("conversion {id} of stay {} {why}", stay.id);
            self.verdict.require(Invariant::ExitsAndConversionsAgree, false, told);
        }
    }

    /// Takes reversals of conversions of these stays.
    pub fn reversals(&mut self, reversals: Vec<Reversal>) {
        for reversal in reversals {
            self.known.rule(self.verdict, "reversal", reversal.id.0, reversal.automation, reversal.goal);
            if let Some(followed) = self.stays.get_mut(&reversal.enrollment) {
                followed.returns.reverse(reversal);
            }
        }
    }

    /// Which events are to be taken.
    pub fn wanted(&self) -> Wanted {
        self.undone.wanted()
    }

    /// Takes the times at which the entries' events were received.
    pub fn received(&mut self, events: impl IntoIterator<Item = (EventId, Timestamp)>) {
        self.undone.received(events);
    }

    /// Takes wanted events, one contact's after the other's.
    pub fn events(&mut self, events: &[(ContactId, Event)]) {
        for (contact, event) in events {
            self.undone.event(self.verdict, *contact, event);
        }
    }

    /// Judges the stays, of which everything was seen.
    pub fn settle(mut self) {
        self.undone.settle(self.verdict);
        for followed in self.stays.values() {
            let Followed { stay, exits, exit, met, counted, headlines, returns } = followed;
            returns.settle(self.verdict, self.recount);
            let id = stay.id;
            let ended = stay.exited_at.is_some() && stay.exit_reason.is_some();
            let began = stay.exited_at.is_none() && stay.exit_reason.is_none();
            self.verdict.examined(Invariant::OneExitPerEndedStay, 1);
            let is_whole = match stay.status.as_str() {
                "active" => began && *exits == 0,
                "ended" => ended && *exits == 1,
                _ => false,
            };
            self.verdict.require(Invariant::OneExitPerEndedStay, is_whole, || {
                let (status, ended) = (&stay.status, if ended { "an" } else { "no" });
                format!("stay {id} is `{status}`, has {ended} end of its own and {exits} exits")
            });
            let once = *headlines == u64::from(!counted.is_empty());
            self.verdict.require(Invariant::ConversionsCountOnce, once, || {
                format!("stay {id} has counted for {} goals, and {headlines} times in total", counted.len())
            });
            if let Some(exit) = exit {
                self.verdict.examined(Invariant::ExitsAndConversionsAgree, 1);
                self.verdict.require(Invariant::ExitsAndConversionsAgree, *met == (exit.reason == "goal_met"), || {
                    let converted = if *met { "converted" } else { "did not convert" };
                    format!("exit {} of stay {id} is for {}, and its event {converted}", exit.id, exit.reason)
                });
            }
        }
    }
}

/// What a conversion says that its stay does not bear out.
fn disagreement(stay: &Stay, exit: Option<&Exit>, one: &Conversion) -> Option<&'static str> {
    if (stay.automation, stay.contact) != (one.automation, one.contact) {
        return Some("has another place or contact than it");
    }
    let Some(exited_at) = stay.exited_at else { return Some("is of a stay that has not ended") };
    let ends_it = exit.is_some_and(|exit| exit.event == one.event);
    if ends_it && exit.is_some_and(|exit| (exit.rule, exit.exited_at) != (one.goal, one.at)) {
        return Some("ended it by another goal or at another time");
    }
    if usize::from(ends_it) + usize::from(one.late) + usize::from(one.after_exit) != 1 {
        return Some("is not one of: what ended it, late, after it");
    }
    if one.late && !(stay.entered_at..exited_at).contains(&one.at) {
        return Some("is late, and not from within it");
    }
    if one.after_exit && one.at < exited_at {
        return Some("is after its exit, and from before it");
    }
    // Only who went through to the end may convert afterwards (R16).
    if one.after_exit && one.counted && stay.exit_reason.as_deref() != Some("completed") {
        return Some("counts, though it had ended otherwise than by completion");
    }
    None
}
