//! Reading one workspace through, in pages.

use super::PAGE_ROWS;
use crate::store::{Error, Tx, check, feed, version};
use offramp_domain::check::{FeedEnds, Judge, StayPage, Verdict};
use offramp_domain::ids::{ConversionId, EnrollmentId, ExitId, ReversalId, SkipId, WorkspaceId};
use uuid::Uuid;

/// The last position that was pruned from a feed: none is pruned yet.
const PRUNED_TO: i64 = 0;

/// Hands every row of the workspace to a judge.
pub(super) async fn read(tx: &Tx, workspace: WorkspaceId) -> Result<Verdict, Error> {
    let head = feed::head(tx, workspace).await?.map(|head| head.position);
    let automations = check::automations(tx, workspace).await?;
    let versions = version::all(tx, workspace).await?;
    let mut judge = Judge::new(automations, versions, FeedEnds { pruned_to: PRUNED_TO, head });
    stays(tx, workspace, &mut judge).await?;
    skips(tx, workspace, &mut judge).await?;
    counters(tx, workspace, &mut judge).await?;
    told(tx, workspace, &mut judge).await?;
    judge.rules_progressed(check::rules_progressed(tx, workspace).await?);
    check::references(tx, workspace).await?.into_iter().for_each(|references| judge.references(references));
    judge.message_ids(check::message_ids(tx, workspace).await?);
    judge.purchases(check::purchases(tx, workspace).await?);
    Ok(judge.verdict())
}

/// Whether a page is not the last one.
fn is_full<T>(page: &[T]) -> bool {
    u32::try_from(page.len()).is_ok_and(|count| count >= PAGE_ROWS)
}

async fn stays(tx: &Tx, workspace: WorkspaceId, judge: &mut Judge) -> Result<(), Error> {
    let mut after = None;
    loop {
        let stays = check::stays(tx, workspace, after, PAGE_ROWS).await?;
        let more = is_full(&stays);
        after = stays.last().map(|stay| (stay.contact.0, stay.automation.0, stay.rotation, stay.id.0));
        let mut page = judge.stays(stays);
        let ids = page.ids();
        exits(tx, workspace, &ids, &mut page).await?;
        reversals(tx, workspace, &ids, &mut page).await?;
        conversions(tx, workspace, &ids, &mut page).await?;
        events(tx, workspace, &mut page).await?;
        page.settle();
        if !more {
            return Ok(());
        }
    }
}

async fn exits(tx: &Tx, workspace: WorkspaceId, of: &[EnrollmentId], page: &mut StayPage<'_>) -> Result<(), Error> {
    let mut after = (EnrollmentId(Uuid::nil()), ExitId(Uuid::nil()));
    loop {
        let exits = check::exits(tx, workspace, of, after, PAGE_ROWS).await?;
        let more = is_full(&exits);
        after = exits.last().map_or(after, |exit| (exit.enrollment, exit.id));
        page.exits(exits);
        if !more {
            return Ok(());
        }
    }
}

async fn conversions(
    tx: &Tx,
    workspace: WorkspaceId,
    of: &[EnrollmentId],
    page: &mut StayPage<'_>,
) -> Result<(), Error> {
    let mut after = (EnrollmentId(Uuid::nil()), ConversionId(Uuid::nil()));
    loop {
        let conversions = check::conversions(tx, workspace, of, after, PAGE_ROWS).await?;
        let more = is_full(&conversions);
        after = conversions.last().map_or(after, |one| (one.enrollment, one.id));
        page.conversions(conversions);
        if !more {
            return Ok(());
        }
    }
}

async fn reversals(tx: &Tx, workspace: WorkspaceId, of: &[EnrollmentId], page: &mut StayPage<'_>) -> Result<(), Error> {
    let mut after = (EnrollmentId(Uuid::nil()), ReversalId(Uuid::nil()));
    loop {
        let reversals = check::reversals(tx, workspace, of, after, PAGE_ROWS).await?;
        let more = is_full(&reversals);
        after = reversals.last().map_or(after, |one| (one.enrollment, one.id));
        page.reversals(reversals);
        if !more {
            return Ok(());
        }
    }
}

/// The events that may have been left undone.
async fn events(tx: &Tx, workspace: WorkspaceId, page: &mut StayPage<'_>) -> Result<(), Error> {
    let wanted = page.wanted();
    page.received(check::received(tx, workspace, &wanted).await?);
    let mut after = None;
    loop {
        let events = check::events(tx, workspace, &wanted, after, PAGE_ROWS).await?;
        page.events(&events);
        if !is_full(&events) {
            return Ok(());
        }
        after = events.last().map(|(contact, event)| (*contact, event.at(), event.id));
    }
}

async fn skips(tx: &Tx, workspace: WorkspaceId, judge: &mut Judge) -> Result<(), Error> {
    let mut after = SkipId(Uuid::nil());
    loop {
        let skips = check::skips(tx, workspace, after, PAGE_ROWS).await?;
        let more = is_full(&skips);
        after = skips.last().map_or(after, |skip| skip.id);
        judge.skips(skips);
        if !more {
            return Ok(());
        }
    }
}

async fn counters(tx: &Tx, workspace: WorkspaceId, judge: &mut Judge) -> Result<(), Error> {
    let mut after = None;
    loop {
        let counters = check::counters(tx, workspace, after.as_ref(), PAGE_ROWS).await?;
        let more = is_full(&counters);
        after = counters.last().cloned();
        judge.counters(counters);
        if !more {
            return Ok(());
        }
    }
}

async fn told(tx: &Tx, workspace: WorkspaceId, judge: &mut Judge) -> Result<(), Error> {
    let mut after = i64::MIN;
    while let Some((page, up_to)) = check::feed(tx, workspace, after, PAGE_ROWS).await? {
        judge.feed(page);
        after = up_to;
    }
    Ok(())
}
