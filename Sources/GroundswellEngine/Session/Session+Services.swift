import EventHub

/// Services that tweets come from.
extension Session {
  func connect(twitter service: RecentSearch) { twitterService = service }

  func connect(mastodon service: TagTimeline) { mastodonService = service }

  func twitter() throws -> RecentSearch {
    guard let twitterService else { throw NotConnected(what: "X", remedy: "connect twitter env:X_BEARER_TOKEN") }
    if isRehearsal { throw OnlyRehearsed(what: "ask \(twitterService.name)") }
    return twitterService
  }

  func mastodon() throws -> TagTimeline {
    guard let mastodonService else {
      throw NotConnected(what: "a Mastodon server", remedy: "connect mastodon mastodon.social")
    }
    if isRehearsal { throw OnlyRehearsed(what: "ask \(mastodonService.name)") }
    return mastodonService
  }
}

/// What `check` must not do.
struct OnlyRehearsed: Error, CustomStringConvertible {
  let what: String
  var description: String {
    "check does not \(what): it would do so each time, and others would see it\nrun the notebook, or check it with a hub in the workspace"
  }
}

/// A service that no cell has connected.
private struct NotConnected: Error, CustomStringConvertible {
  let what: String
  let remedy: String
  var description: String { "\(what) is not connected\n\(remedy)" }
}
