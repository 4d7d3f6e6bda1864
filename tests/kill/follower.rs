//! A subscriber that lives through all kills: cut with the server, it goes on after its last cursor (R71).

use super::harness::socket::Socket;
use offramp::engine::cursor::Cursor;
use offramp_domain::ids::WorkspaceId;
use serde_json::json;
use std::net::SocketAddr;
use uuid::Uuid;

const EXITS: &str = "subscription E($after: String, $follow: Boolean! = true) {
    contactExits(after: $after, follow: $follow) { cursor reason contact { externalId } } }";

/// What it has seen so far.
pub struct Follower {
    after: String,
    positions: Vec<i64>,
}

/// A follower that listens.
pub struct Following {
    follower: Follower,
    socket: Socket,
}

impl Follower {
    /// One that wants everything from the very first.
    pub fn new(workspace: Uuid) -> Self {
        let start = Cursor { epoch: 1, workspace: WorkspaceId(workspace), position: 0 };
        Self { after: start.encode(), positions: Vec::new() }
    }

    /// Goes on where it was, and follows.
    pub async fn connect(self, address: SocketAddr) -> Following {
        let socket = self.open(address, true).await;
        Following { follower: self, socket }
    }

    /// Reads what is left, to the end of the feed; gives back every position that it was told of, in order.
    pub async fn finish(self, address: SocketAddr) -> Vec<i64> {
        let socket = self.open(address, false).await;
        Following { follower: self, socket }.until_cut().await.positions
    }

    async fn open(&self, address: SocketAddr, follow: bool) -> Socket {
        Socket::run(address, None, EXITS, json!({"after": self.after, "follow": follow})).await
    }
}

impl Following {
    /// Listens until the server is killed, or the stream complete.
    pub async fn until_cut(mut self) -> Follower {
        while let Some(exit) = self.socket.exit().await {
            let cursor = exit["cursor"].as_str().expect("a cursor");
            self.follower.positions.push(Cursor::decode(cursor).expect("a cursor of ours").position);
            cursor.clone_into(&mut self.follower.after);
        }
        self.follower
    }
}
