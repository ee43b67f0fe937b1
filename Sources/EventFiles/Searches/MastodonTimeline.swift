import CivilTime
package import EventHub
import HTTPClient
import JSONText

/// A Mastodon server's posts with a tag, which most servers show without a token.
package struct MastodonTimeline: TweetService {
  /// The server's address, `https://host`.
  package let server: String
  private let token: Secret?
  /// The token; nil asks without one.
  package var secret: Secret? { token }
  /// The server's host.
  package var name: String { host }
  /// Posts are free.
  package var price: Int { 0 }
  /// Mastodon's word for a passed on post.
  package var reshare: LeftOut.Part { .boost }
  /// Mastodon's limits.
  package let pageSizes = 1...40

  /// - Parameters:
  ///   - server: `https://host`.
  ///   - token: nil asks without one.
  package init(server: String, token: Secret?) {
    self.server = server
    self.token = token
  }

  /// A page of the posts with a tag; `query` is the tag without `#`.
  package func page(
    of tag: String, after: String?, before: String?, cursor: String?, size: Int
  ) async throws -> TweetPage {
    let response = try await ask(
      "/api/v1/timelines/tag/\(Self.escaped(tag))",
      ["limit": String(size), "since_id": after, "max_id": cursor ?? before])
    let reset = response.headers["x-ratelimit-reset"].flatMap { Timestamp($0) }
    if response.status == 404 { throw TweetServiceError(self, .noTagTimelines) }
    if let failure = failure(response, reset: reset) { throw failure }
    guard let posts = try json(response).elements else { throw TweetServiceError(self, .noPage) }
    let ids = posts.map { $0["id"]?.text ?? "" }
    // The next page begins after the oldest post, as in the Link header; a page that is not full may lack filtered posts.
    let hasNext = response.headers["link"].map { $0.contains("rel=\"next\"") } ?? (posts.count == size)
    return TweetPage(
      entries: posts.map { Tweet.Entry($0) }, read: posts.count, ids: ids, cursor: hasNext ? ids.last : nil)
  }
}
