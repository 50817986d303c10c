//! The datagram socket behind the gate.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use rsipstack::platform::net::UdpSocket;
use tokio::sync::Mutex;

use super::branch;
use super::gate::{Gate, Passage};
use super::numbering::Way;
use crate::screen::MOST_BYTES;

/// Gives the stack only what passed the gate.
pub struct GateSocket {
    socket: tokio::net::UdpSocket,
    gate: Arc<Gate>,
    space: Mutex<Vec<u8>>,
}

impl GateSocket {
    #[must_use]
    pub fn new(socket: tokio::net::UdpSocket, gate: Arc<Gate>) -> Self {
        Self { socket, gate, space: Mutex::new(vec![0; MOST_BYTES]) }
    }
}

#[async_trait]
impl UdpSocket for GateSocket {
    async fn recv_from(&self, buffer: &mut [u8]) -> rsipstack::Result<(usize, SocketAddr)> {
        let mut space = self.space.lock().await;
        loop {
            let (length, from) = self.socket.recv_from(&mut space).await?;
            match self.gate.look(&space[..length], from, Way::Udp) {
                Passage::Take(bytes) => {
                    // The gate lets nothing through that does not fit.
                    if let Some(place) = buffer.get_mut(..bytes.len()) {
                        place.copy_from_slice(&bytes);
                        return Ok((bytes.len(), from));
                    }
                }
                Passage::Say(answer) => {
                    // Who cannot be answered is not missed.
                    let _ = self.socket.send_to(&answer, from).await;
                }
                Passage::Nothing => {}
            }
        }
    }

    async fn send_to(&self, bytes: &[u8], to: SocketAddr) -> rsipstack::Result<usize> {
        Ok(self.socket.send_to(&branch::unmarked(bytes), to).await?)
    }

    fn local_addr(&self) -> rsipstack::Result<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }
}
