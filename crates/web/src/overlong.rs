//! What is refused for its length is still read to its end, within bounds: a browser that is cut
//! off while it sends shows a broken connection in place of our answer.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{Stream, StreamExt as _};
use tokio::runtime::Handle;

use crate::BODY_LIMIT;

/// A body that says it is longer is cut off, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;
/// So long is read on after the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads a long body on when the handler has stopped.
pub async fn read_on(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if !length.is_some_and(|length| (BODY_LIMIT + 1..=LONGEST).contains(&length)) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = Body::from_stream(ReadOn(Some(body.into_data_stream())));
    next.run(Request::from_parts(parts, body)).await
}

/// A body until its end; what is left when it is let go is read and thrown away.
struct ReadOn(Option<BodyDataStream>);

impl Stream for ReadOn {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.0 else { return Poll::Ready(None) };
        let next = ready!(body.poll_next_unpin(context));
        if !matches!(next, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(next)
    }
}

impl Drop for ReadOn {
    fn drop(&mut self) {
        // Its length was stated and is bounded, so what comes is too.
        if let (Some(mut rest), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(tokio::time::timeout(PATIENCE, async move {
                while let Some(Ok(_)) = rest.next().await {}
            }));
        }
    }
}
