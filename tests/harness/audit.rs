//! Whether what a server left behind is sound, judged from the tables alone by another way than that in which it was
//! written.

use offramp_entity::{conversion, counter, enrollment, exit, feed, feed_head, skip};
use sea_orm::{DatabaseConnection, EntityTrait};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A counter's key and what it holds.
type Counters = BTreeMap<(Uuid, Uuid, String, String, i64), (i64, i64)>;

/// Judges every workspace.
pub async fn assert_sound(tables: &DatabaseConnection) {
    let stays = enrollment::Entity::find().all(tables).await.expect("stays");
    let exits = exit::Entity::find().all(tables).await.expect("exits");
    let conversions = conversion::Entity::find().all(tables).await.expect("conversions");
    let skips = skip::Entity::find().all(tables).await.expect("skips");
    let feed = feed::Entity::find().all(tables).await.expect("the feed");
    let heads = feed_head::Entity::find().all(tables).await.expect("the heads");
    let counters = counter::Entity::find().all(tables).await.expect("the counters");
    one_exit_per_ended_stay(&stays, &exits);
    at_most_one_active_stay(&stays);
    conversions_count_once(&conversions);
    exits_and_conversions_agree(&stays, &exits, &conversions);
    feed_is_dense(&feed, &heads, &exits, &conversions);
    let kept = counters.into_iter().map(|row| {
        ((row.automation_id, row.rule_id, row.metric, row.currency, row.bucket), (row.count, row.amount_minor))
    });
    assert_eq!(
        kept.collect::<Counters>(),
        recount(&stays, &exits, &conversions, &skips),
        "counters equal a recount (R52)"
    );
}

fn one_exit_per_ended_stay(stays: &[enrollment::Model], exits: &[exit::Model]) {
    let ended = stays.iter().filter(|stay| stay.status == "ended").map(|stay| {
        (
            stay.id,
            stay.exited_at.expect("an ended stay has its time"),
            stay.exit_reason.clone().expect("and its reason"),
        )
    });
    let left = exits.iter().map(|exit| (exit.enrollment_id, exit.exited_at, exit.reason.clone()));
    let left: BTreeSet<_> = left.collect();
    assert_eq!(left.len(), exits.len(), "one exit a stay (R31)");
    assert_eq!(ended.collect::<BTreeSet<_>>(), left, "ended stays and exits agree (R31)");
    assert!(
        stays.iter().all(|stay| (stay.status == "active") == stay.exited_at.is_none()),
        "a stay is active or ended"
    );
}

fn at_most_one_active_stay(stays: &[enrollment::Model]) {
    let mut inside = BTreeSet::new();
    for stay in stays.iter().filter(|stay| stay.status == "active") {
        assert!(inside.insert((stay.automation_id, stay.contact_id)), "at most one active stay (R2)");
    }
}

fn conversions_count_once(conversions: &[conversion::Model]) {
    let (mut per_goal, mut in_total) = (BTreeSet::new(), BTreeSet::new());
    for one in conversions {
        assert!(!one.counted || per_goal.insert((one.enrollment_id, one.goal_id)), "counted once per goal (R18)");
        assert!(!one.headline || in_total.insert(one.enrollment_id), "counted once in total (R18)");
        assert!(one.counted || !one.headline, "what counts in total counts for its goal");
    }
}

fn exits_and_conversions_agree(stays: &[enrollment::Model], exits: &[exit::Model], conversions: &[conversion::Model]) {
    let of: BTreeMap<_, _> = stays.iter().map(|stay| (stay.id, stay)).collect();
    for exit in exits {
        assert!(exit.exited_at >= of[&exit.enrollment_id].entered_at, "nobody leaves before entering (R10)");
        let met =
            conversions.iter().any(|one| (one.enrollment_id, one.event_id) == (exit.enrollment_id, exit.event_id));
        assert_eq!(exit.reason == "goal_met", met, "a goal that ends a stay converts, and nothing else does (R30)");
    }
    for one in conversions {
        let stay = of[&one.enrollment_id];
        let exited_at = stay.exited_at.expect("who converted has left");
        assert!(!one.late || (stay.entered_at..exited_at).contains(&one.converted_at), "late is within the stay (R63)");
        assert!(!one.after_exit || one.converted_at >= exited_at, "after the exit is after it (R18)");
        assert!(!(one.after_exit && one.counted), "nothing counts after the exit (R18)");
    }
    let counted: BTreeSet<_> = conversions.iter().filter(|one| one.counted).map(|one| one.enrollment_id).collect();
    let headline: BTreeSet<_> = conversions.iter().filter(|one| one.headline).map(|one| one.enrollment_id).collect();
    assert_eq!(counted, headline, "a stay that converted counts once in total (R18)");
}

fn feed_is_dense(
    feed: &[feed::Model],
    heads: &[feed_head::Model],
    exits: &[exit::Model],
    conversions: &[conversion::Model],
) {
    for head in heads {
        let mut positions: Vec<_> =
            feed.iter().filter(|row| row.workspace_id == head.workspace_id).map(|row| row.position).collect();
        positions.sort_unstable();
        assert_eq!(
            positions,
            (1..=head.position).collect::<Vec<_>>(),
            "the feed has no gap and ends at its head (R70)"
        );
    }
    let told: BTreeSet<_> = feed.iter().map(|row| (row.position, row.kind.as_str(), row.reference_id)).collect();
    let exits = exits.iter().map(|exit| (exit.position, "exit", exit.id));
    let kept: BTreeSet<_> = exits.chain(conversions.iter().map(|one| (one.position, "conversion", one.id))).collect();
    assert_eq!(told, kept, "the feed tells of every exit and conversion (R70)");
}

fn recount(
    stays: &[enrollment::Model],
    exits: &[exit::Model],
    conversions: &[conversion::Model],
    skips: &[skip::Model],
) -> Counters {
    let mut counters = Counters::new();
    let mut add = |automation, rule, metric: &str, money: (&str, i64), at: i64| {
        let quarter = 15 * 60 * 1_000_000;
        let key = (automation, rule, metric.to_owned(), money.0.to_owned(), at.div_euclid(quarter) * quarter);
        let sum = counters.entry(key).or_default();
        *sum = (sum.0 + 1, sum.1 + money.1);
    };
    for stay in stays {
        add(stay.automation_id, stay.entry_rule_id, "entered", ("", 0), stay.entered_at);
    }
    for exit in exits {
        add(exit.automation_id, exit.rule_id, &format!("exited.{}", exit.reason), ("", 0), exit.exited_at);
    }
    for one in conversions {
        let money = (one.value_currency.as_deref().unwrap_or_default(), one.value_minor.unwrap_or_default());
        for (_, metric) in [(true, "conversions"), (one.counted, "goal_converted"), (one.headline, "converted")]
            .into_iter()
            .filter(|(counts, _)| *counts)
        {
            add(one.automation_id, one.goal_id, metric, money, one.converted_at);
        }
    }
    for skip in skips {
        add(skip.automation_id, skip.rule_id, &format!("skipped.{}", skip.reason), ("", 0), skip.skipped_at);
    }
    counters
}
