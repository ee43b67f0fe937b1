import CivilTime
package import EventHub
import HTTPClient
import JSONText

/// A Mastodon server's posts with a tag, which most servers show without a token.
package struct MastodonTimeline: TweetService {
  package let server: String
  private let token: Secret?
  package var secret: Secret? { token }
  package var name: String { host }
  package var price: Int { 0 }
  package let pageSizes = 1...40

  /// - Parameters:
  ///   - server: `https://host`.
  ///   - token: nil asks without one.
  package init(server: String, token: Secret?) {
    self.server = server
    self.token = token
  }

  package func page(
    of tag: String, after: String?, before: String?, cursor: String?, size: Int
  ) async throws -> TweetPage {
    let response = try await ask(
      "/api/v1/timelines/tag/\(Self.escaped(tag))",
      ["limit": String(size), "since_id": after, "max_id": cursor ?? before])
    let reset = response.headers["x-ratelimit-reset"].flatMap { Timestamp($0) }
    if response.status == 404 {
      throw TweetServiceError(.lasting, "\(name) has no timelines of tags (404)", "is it a Mastodon server?")
    }
    let refused = "the server wants a token for this: connect mastodon \(name) --token env:NAME"
    if let failure = failure(response, reset: reset, refused: refused) { throw failure }
    guard let posts = try json(response).elements else {
      throw TweetServiceError(.passing, "\(name) answered with what is no list of posts", "is it a Mastodon server?")
    }
    let ids = posts.map { $0["id"]?.text ?? "" }
    // The next page begins after the oldest post, as in the Link header; a page that is not full may lack filtered posts.
    let hasNext = response.headers["link"].map { $0.contains("rel=\"next\"") } ?? (posts.count == size)
    return TweetPage(
      entries: posts.map { Tweet.Entry($0) }, read: posts.count, ids: ids, cursor: hasNext ? ids.last : nil)
  }
}
