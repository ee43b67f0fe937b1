import EventHub
import EventFiles

/// Services that tweets come from.
extension Session {
  func connect(twitter service: XSearch) { twitterService = service }

  func connect(mastodon service: MastodonTimeline) { mastodonService = service }

  func twitter() throws -> XSearch {
    guard let twitterService else { throw NotConnected(what: "X", remedy: "connect twitter env:X_BEARER_TOKEN") }
    if workspace.isRehearsal { throw OnlyRehearsed.hub("ask \(twitterService.name)") }
    return twitterService
  }

  func mastodon() throws -> MastodonTimeline {
    guard let mastodonService else {
      throw NotConnected(what: "a Mastodon server", remedy: "connect mastodon mastodon.social")
    }
    if workspace.isRehearsal { throw OnlyRehearsed.hub("ask \(mastodonService.name)") }
    return mastodonService
  }
}

/// A service that no cell has connected.
private struct NotConnected: Error, CustomStringConvertible {
  let what: String
  let remedy: String
  var description: String { "\(what) is not connected\n\(remedy)" }
}
