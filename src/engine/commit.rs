//! The fifth step: everything that was decided, in one transaction that makes no choices.

use super::Interrupted;
use super::decide::Decided;
use crate::store::{
    Tx, contact, conversion, counter, customer_order, enrollment, exit, fact, feed, payment, progress, reversal, skip,
    timer,
};
use offramp_domain::decide::Record;
use offramp_domain::enrollment::{Conversion, Exit, Reversal};
use offramp_domain::ids::WorkspaceId;
use offramp_domain::stats;

/// What is durable now.
pub(super) struct Committed {
    workspace: WorkspaceId,
    head: Option<i64>,
}

impl Committed {
    /// Writes and commits. The head of the feed is taken last of all, so that it is held shortest.
    pub(super) async fn make(tx: Tx, workspace: WorkspaceId, decided: &Decided) -> Result<Self, Interrupted> {
        let tx = tx.gathering();
        if !enrollment::end(&tx, workspace, &decided.ended()).await? {
            tx.rollback().await?;
            return Err(Interrupted::Raced("a stay"));
        }
        enrollment::insert(&tx, workspace, &decided.began()).await?;
        progress::delete(&tx, workspace, decided.spent()).await?;
        progress::insert(&tx, workspace, decided.met()).await?;
        timer::delete(&tx, workspace, decided.spent_timers()).await?;
        timer::upsert(&tx, workspace, decided.timers()).await?;
        fact::upsert(&tx, workspace, decided.facts()).await?;
        customer_order::upsert(&tx, workspace, decided.orders()).await?;
        payment::upsert(&tx, workspace, decided.payments()).await?;
        contact::change_fields(&tx, workspace, &decided.fields()).await?;
        let skips = decided.records().iter().filter_map(|record| match record {
            Record::Skipped(skip) => Some(skip),
            _ => None,
        });
        skip::insert(&tx, workspace, &skips.collect::<Vec<_>>()).await?;
        counter::add(&tx, workspace, &stats::fold(decided.records())).await?;
        let head = tell(&tx, workspace, decided.records()).await?;
        tx.commit().await?;
        Ok(Self { workspace, head })
    }

    /// Where the feed ends now, if it grew.
    pub(super) const fn head(&self) -> Option<(WorkspaceId, i64)> {
        match self.head {
            Some(position) => Some((self.workspace, position)),
            None => None,
        }
    }
}

/// Gives the exits, conversions and reversals their places in the feed.
async fn tell(tx: &Tx, workspace: WorkspaceId, records: &[Record]) -> Result<Option<i64>, Interrupted> {
    let told = |record: &&Record| matches!(record, Record::Exited(_) | Record::Converted(_) | Record::Reversed(_));
    let count = records.iter().filter(told).count();
    if count == 0 {
        return Ok(None);
    }
    let head = feed::take_positions(tx, workspace, count).await?.ok_or(Interrupted::NoWorkspace)?;
    let first = head.position.saturating_sub(i64::try_from(count).unwrap_or_default()).saturating_add(1);
    let mut exits: Vec<(i64, &Exit)> = Vec::new();
    let mut conversions: Vec<(i64, &Conversion)> = Vec::new();
    let mut reversals: Vec<(i64, &Reversal)> = Vec::new();
    for (position, record) in (first..).zip(records.iter().filter(told)) {
        match record {
            Record::Exited(exit) => exits.push((position, exit)),
            Record::Converted(conversion) => conversions.push((position, conversion)),
            Record::Reversed(reversal) => reversals.push((position, reversal)),
            Record::Entered(_) | Record::Skipped(_) => {}
        }
    }
    exit::insert(tx, workspace, &exits).await?;
    conversion::insert(tx, workspace, &conversions).await?;
    reversal::insert(tx, workspace, &reversals).await?;
    feed::insert(tx, workspace, &exits, &conversions, &reversals).await?;
    Ok(Some(head.position))
}
