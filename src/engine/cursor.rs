//! Cursors into a workspace's feed: opaque to clients, and versioned.

use crate::store::feed::Head;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use offramp_domain::ids::WorkspaceId;

/// The version of what a cursor holds.
const VERSION: u8 = 1;

/// A place in a workspace's feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which life of the database.
    pub epoch: i64,
    /// Whose feed.
    pub workspace: WorkspaceId,
    /// After which position.
    pub position: i64,
}

/// Why a cursor leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    /// It is none of ours.
    #[error("This is not a cursor of this workspace's feed; use one that the API gave you, or leave it out.")]
    Invalid,
    /// The database was restored since.
    #[error(
        "The feed was restored to an earlier state since this cursor was given; read the exits anew and go on from there."
    )]
    EpochChanged,
}

impl Cursor {
    /// As clients see it.
    pub fn encode(self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&self.epoch.to_be_bytes());
        bytes.extend_from_slice(self.workspace.0.as_bytes());
        bytes.extend_from_slice(&self.position.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what a client sent back.
    ///
    /// # Errors
    /// [`CursorError::Invalid`].
    pub fn decode(text: &str) -> Result<Self, CursorError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError::Invalid)?;
        let [VERSION, rest @ ..] = bytes.as_slice() else { return Err(CursorError::Invalid) };
        let (epoch, rest) = rest.split_first_chunk::<8>().ok_or(CursorError::Invalid)?;
        let (workspace, rest) = rest.split_first_chunk::<16>().ok_or(CursorError::Invalid)?;
        let position = rest.try_into().map_err(|_| CursorError::Invalid)?;
        Ok(Self {
            epoch: i64::from_be_bytes(*epoch),
            workspace: WorkspaceId(uuid::Uuid::from_bytes(*workspace)),
            position: i64::from_be_bytes(position),
        })
    }

    /// The position, if the cursor belongs to this feed as it is now.
    ///
    /// # Errors
    /// See [`CursorError`].
    pub fn position_in(self, workspace: WorkspaceId, head: Head) -> Result<i64, CursorError> {
        if self.workspace != workspace {
            return Err(CursorError::Invalid);
        }
        if self.epoch != head.epoch {
            return Err(CursorError::EpochChanged);
        }
        if (0..=head.position).contains(&self.position) { Ok(self.position) } else { Err(CursorError::Invalid) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_went_and_nothing_else_is_read() {
        let workspace = WorkspaceId(uuid::Uuid::from_u128(7));
        let cursor = Cursor { epoch: 1, workspace, position: 42 };
        let head = Head { position: 50, epoch: 1 };
        assert_eq!(Cursor::decode(&cursor.encode()), Ok(cursor));
        assert_eq!(cursor.position_in(workspace, head), Ok(42));
        for text in ["", "bad", "AAAA", &cursor.encode()[1..], &format!("{}A", cursor.encode())] {
            assert_eq!(Cursor::decode(text), Err(CursorError::Invalid), "{text}");
        }
        let other = WorkspaceId(uuid::Uuid::from_u128(8));
        assert_eq!(cursor.position_in(other, head), Err(CursorError::Invalid));
        assert_eq!(cursor.position_in(workspace, Head { position: 50, epoch: 2 }), Err(CursorError::EpochChanged));
        assert_eq!(cursor.position_in(workspace, Head { position: 41, epoch: 1 }), Err(CursorError::Invalid));
    }
}
