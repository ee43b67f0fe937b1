import EventFiles

/// Services that tweets come from.
extension Session {
  func connect(twitter service: XSearch) { twitterService = service }

  func connect(mastodon service: MastodonTimeline) { mastodonService = service }

  func twitter() throws -> XSearch {
    guard let twitterService else { throw NotConnected.twitter }
    return twitterService
  }

  func mastodon() throws -> MastodonTimeline {
    guard let mastodonService else { throw NotConnected.mastodon }
    return mastodonService
  }
}
