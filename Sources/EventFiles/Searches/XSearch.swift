import CivilTime
package import EventHub
import HTTPClient
import JSONText
import Wording

/// X's API v2: the search over the last seven days, which needs an app's token and bills per post.
package struct XSearch: TweetService {
  /// The address, `https://host`.
  package let server: String
  private let token: Secret
  /// The app's bearer token.
  package var secret: Secret? { token }
  /// `X`
  package var name: String { "X" }
  /// $0.005 a post read (X, "Pricing", since February 2026).
  package var price: Int { 5 }
  /// X's word for a passed on post.
  package var reshare: LeftOut.Part { .retweet }
  /// X's limits.
  package let pageSizes = 10...100

  /// The address of X itself.
  package static let address = "https://api.x.com"

  /// - Parameters:
  ///   - server: `https://host`, ``address`` unless a test has a server of its own.
  ///   - token: the app's bearer token.
  package init(server: String, token: Secret) {
    self.server = server
    self.token = token
  }

  /// A page of the posts that the search finds, without retweets unless it asks for them.
  package func page(
    of query: String, after: String?, before: String?, cursor: String?, size: Int
  ) async throws -> TweetPage {
    // Retweets have no likes of their own, and X would bill them.
    let query = query.contains("is:retweet") ? query : "(\(query)) -is:retweet"
    let response = try await ask(
      "/2/tweets/search/recent",
      [
        "query": query, "max_results": String(size),
        "tweet.fields": "created_at,public_metrics,lang,entities,author_id,referenced_tweets", "since_id": after,
        "until_id": before, "next_token": cursor,
      ])
    let reset = response.headers["x-rate-limit-reset"].flatMap { Int64($0) }
      .flatMap { (0...253_402_300_799).contains($0) ? Timestamp(seconds: $0) : nil }
    if response.status == 400, after != nil || before != nil, isAboutAge(response) {
      throw TweetServiceError(self, .tooOld)
    }
    if let failure = failure(response, reset: reset) { throw failure }
    let json = try json(response)
    guard let meta = json["meta"], meta.members != nil else { throw TweetServiceError(self, .noPage) }
    let data = json["data"]?.elements ?? []
    let ids = data.map { $0["id"]?.text ?? "" }
    return TweetPage(
      entries: data.map { Tweet.Entry($0) }, read: data.count, ids: ids, cursor: meta["next_token"]?.text,
      notes: (json["errors"]?.elements ?? []).map(note))
  }

  /// Whether X refused the identifiers that bound the search.
  private func isAboutAge(_ response: HTTPResponse) -> Bool {
    guard let errors = (try? JSON(parsing: response.body))?["errors"]?.elements else { return false }
    return errors.contains { error in
      ["since_id", "until_id"].contains {
        error["parameters"]?[$0] != nil || error["message"]?.text?.contains($0) == true
      }
    }
  }

  /// A partial error, which comes beside posts.
  private func note(_ error: JSON) -> String {
    let title = error["title"]?.text ?? error["message"]?.text ?? "an error"
    let detail = error["detail"]?.text.map { ": \($0)" } ?? ""
    return harmless(title + detail)
  }
}
