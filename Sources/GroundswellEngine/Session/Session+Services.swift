import EventHub

/// Services that tweets come from.
extension Session {
  func connect(twitter service: RecentSearch) { twitterService = service }

  func connect(mastodon service: TagTimeline) { mastodonService = service }

  func twitter() throws -> RecentSearch {
    guard let twitterService else { throw NotConnected(what: "X", remedy: "connect twitter env:X_BEARER_TOKEN") }
    return twitterService
  }

  func mastodon() throws -> TagTimeline {
    guard let mastodonService else {
      throw NotConnected(what: "a Mastodon server", remedy: "connect mastodon mastodon.social")
    }
    return mastodonService
  }
}

/// A service that no cell has connected.
private struct NotConnected: Error, CustomStringConvertible {
  let what: String
  let remedy: String
  var description: String { "\(what) is not connected\n\(remedy)" }
}
